// Calls of the site's own XML-RPC interface, as the user who is signed in.

/** What JSON can write. */
export type Value = null | boolean | number | string | Value[] | { [name: string]: Value };

/** The server's answer that a call failed. */
export class Fault extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** Makes a call. Throws a Fault, or an Error where the server gave no answer to it. */
export async function call(method: string, values: Value[]): Promise<Value> {
  const params = values.map((value) => `<param>${written(value)}</param>`).join("");
  const response = await fetch("/RPC2", {
    method: "POST",
    headers: { "Content-Type": "text/xml" },
    body: `<?xml version="1.0"?><methodCall><methodName>${escaped(method)}</methodName><params>${params}</params></methodCall>`,
    credentials: "same-origin",
    redirect: "error",
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${text.slice(0, 500)}`);
  return answered(new DOMParser().parseFromString(text, "text/xml"));
}

function answered(answer: Document): Value {
  const fault = answer.querySelector("methodResponse > fault > value");
  if (fault) {
    const { faultCode, faultString } = read(fault) as { faultCode: number; faultString: string };
    throw new Fault(faultCode, faultString);
  }
  const value = answer.querySelector("methodResponse > params > param > value");
  if (!value) throw new Error("the answer cannot be read");
  return read(value);
}

function written(value: Value): string {
  return `<value>${typed(value)}</value>`;
}

function typed(value: Value): string {
  if (value === null) return "<nil/>";
  if (typeof value === "boolean") return `<boolean>${Number(value)}</boolean>`;
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return `<string>${escaped(value)}</string>`;
  if (Array.isArray(value)) return `<array><data>${value.map(written).join("")}</data></array>`;
  const members = Object.entries(value).map(
    ([name, member]) => `<member><name>${escaped(name)}</name>${written(member)}</member>`,
  );
  return `<struct>${members.join("")}</struct>`;
}

function number(value: number): string {
  if (!Number.isInteger(value)) return `<double>${value}</double>`;
  if (!Number.isSafeInteger(value)) throw new Error(`${value} has too many digits to be kept`);
  const name = Math.abs(value) < 2 ** 31 ? "int" : "i8";
  return `<${name}>${value}</${name}>`;
}

function escaped(text: string): string {
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(text)) {
    throw new Error("a text holds a control character, which XML cannot carry");
  }
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;");
}

function read(value: Element): Value {
  const [kind] = value.children;
  if (!kind) return value.textContent ?? "";
  const text = kind.textContent ?? "";
  switch (kind.localName) {
    case "nil":
      return null;
    case "boolean":
      return text.trim() === "1";
    case "int":
    case "i4":
    case "i8":
      return Number.isSafeInteger(Number(text)) ? Number(text) : text.trim();
    case "double":
      return Number(text);
    case "base64":
      return decoded(text);
    case "array":
      return [...kind.querySelectorAll(":scope > data > value")].map(read);
    case "struct":
      return Object.fromEntries([...kind.children].map(member));
    default:
      return text;
  }
}

function member(element: Element): [string, Value] {
  const name = element.querySelector(":scope > name")?.textContent ?? "";
  const value = element.querySelector(":scope > value");
  return [name, value ? read(value) : null];
}

/** Data that is text, such as a log, as text; else in its base64. */
function decoded(text: string): string {
  const bytes = Uint8Array.from(atob(text.replace(/\s/g, "")), (letter) => letter.charCodeAt(0));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return text.trim();
    throw error;
  }
}
