// How smoothly a page draws while something is done to it.

/** Record the page's frames while `act` runs; return frames a second and the longest time between two, in milliseconds. */
export async function frames(page, act) {
  await page.evaluate(record);
  await act();
  const { times, long } = await page.evaluate(() => window.stopRecording());
  const gaps = times.slice(1).map((time, index) => time - times[index]);
  const total = times.at(-1) - times[0];
  return { fps: (1000 * gaps.length) / total, worst: Math.max(...gaps), long };
}

/** Runs in the page. */
function record() {
  const times = [];
  const long = [];
  let running = true;
  const observer = new PerformanceObserver((list) => {
    for (const { duration, blockingDuration, scripts } of list.getEntries())
      long.push({ duration, blocking: blockingDuration, by: scripts.map((each) => `${each.invoker} ${Math.round(each.duration)}`) });
  });
  observer.observe({ type: "long-animation-frame" });
  const tick = (time) => {
    times.push(time);
    if (running) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  window.stopRecording = () => {
    running = false;
    observer.disconnect();
    return { times, long };
  };
}

/** Drag from a place to and fro for so many seconds, as fast as the page takes the mouse's moves. */
export async function drag(page, from, seconds, reach = { x: 160, y: 90 }) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  const began = Date.now();
  for (let elapsed = 0; elapsed < seconds; elapsed = (Date.now() - began) / 1000) {
    const turn = elapsed * Math.PI;
    await page.mouse.move(from.x + reach.x * Math.sin(turn), from.y + reach.y * Math.sin(2 * turn));
  }
  await page.mouse.move(from.x, from.y);
  await page.mouse.up();
}

/** What this browser can do at best: an empty page that animates while the mouse is dragged over it. */
export async function bareLimit(context, seconds) {
  const page = await context.newPage();
  await page.setContent(
    `<style>@keyframes go { to { transform: translate(300px) } } b { position: absolute; width: 40px; height: 40px;
     background: #35f; animation: go 1s linear infinite alternate }</style><b></b>`,
  );
  const measured = await frames(page, () => drag(page, { x: 400, y: 300 }, seconds));
  await page.close();
  return measured;
}
