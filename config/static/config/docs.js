"use strict";

const element = (tag, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
};

/** Writes a schema as a sketch of the JSON it describes; a component that is already open is only named. */
function sketch(schema, components, open = [], indent = "") {
  if (!schema || Object.keys(schema).length === 0) return "anything";
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    return open.includes(name) ? name : sketch(components[name], components, [...open, name], indent);
  }
  const choices = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (choices) return choices.map((one) => sketch(one, components, open, indent)).join(schema.allOf ? " & " : " | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array") return `[${sketch(schema.items, components, open, indent)}]`;
  if (schema.properties) {
    const inner = `${indent}  `;
    const lines = Object.entries(schema.properties).map(([name, property]) => {
      const optional = schema.required?.includes(name) ? "" : "?";
      const about = property.description ? `  // ${property.description}` : "";
      return `${inner}${name}${optional}: ${sketch(property, components, open, inner)}${about}`;
    });
    return `{\n${lines.join("\n")}\n${indent}}`;
  }
  const type = [schema.type ?? "anything"].flat().join(" | ");
  return schema.format ? `${type} (${schema.format})` : type;
}

function body(title, content, components) {
  const schema = content?.["application/json"]?.schema;
  return schema ? [element("h4", { textContent: title }), element("pre", { textContent: sketch(schema, components) })] : [];
}

function operation(path, method, described, components) {
  const summary = element(
    "summary",
    {},
    element("span", { className: `method ${method}`, textContent: method.toUpperCase() }),
    element("code", { textContent: path }),
    element("span", { className: "about", textContent: described.description?.split("\n")[0] ?? "" }),
  );
  const parameters = (described.parameters ?? []).map((one) =>
    element("li", {}, element("code", { textContent: one.name }), ` (${one.in}) ${one.description ?? ""}`),
  );
  return element(
    "details",
    {},
    summary,
    element("p", { textContent: described.description ?? "" }),
    element("ul", {}, ...parameters),
    ...body("Request", described.requestBody?.content, components),
    ...Object.entries(described.responses).flatMap(([status, one]) => body(status, one.content, components)),
  );
}

async function main() {
  const main = document.getElementById("operations");
  const answer = await fetch(main.dataset.schema);
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  const schema = await answer.json();
  const groups = new Map();
  for (const [path, methods] of Object.entries(schema.paths)) {
    for (const [method, described] of Object.entries(methods)) {
      const group = described.tags?.[0] ?? "other";
      groups.set(group, [...(groups.get(group) ?? []), operation(path, method, described, schema.components.schemas)]);
    }
  }
  main.replaceChildren(
    ...[...groups].map(([name, operations]) => element("section", {}, element("h2", { textContent: name }), ...operations)),
  );
  document.getElementById("filter").addEventListener("input", (event) => {
    const term = event.target.value.toLowerCase();
    for (const details of main.querySelectorAll("details")) {
      details.hidden = !details.textContent.toLowerCase().includes(term);
    }
  });
}

main().catch((error) => {
  document.getElementById("operations").textContent = `The document could not be read: ${error.message}`;
});
