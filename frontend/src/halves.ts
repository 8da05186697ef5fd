/** The texts come in halves: what the first pages need, and the rest with the first page that needs it. */
export type Half = "first" | "rest";
type Texts = Record<string, unknown>;

/** Which halves are wanted, and which languages have them. */
export class Halves<Language extends string> {
  private readonly wanted = new Set<Half>(["first"]);
  private readonly known = new Set<string>();

  constructor(
    private readonly read: (language: Language, half: Half) => Promise<Texts>,
    private readonly take: (language: Language, texts: Texts) => void,
  ) {}

  want(half: Half) {
    this.wanted.add(half);
  }

  /** Resolves when a language has every half that is wanted by then; rejects as reading does, and may be asked again. */
  async complete(language: Language): Promise<void> {
    const missing = [...this.wanted].filter((half) => !this.known.has(`${language} ${half}`));
    if (missing.length === 0) return;
    await Promise.all(missing.map((half) => this.add(language, half)));
    // Another half may have been wanted meanwhile.
    await this.complete(language);
  }

  private async add(language: Language, half: Half) {
    const texts = await this.read(language, half);
    this.take(language, texts);
    this.known.add(`${language} ${half}`);
  }
}
