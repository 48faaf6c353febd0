// Helps to write a change in the words that `lockstep what-if --if` takes.
import { useSignal } from "@preact/signals";

interface Part {
  name: string;
  example: string;
  options?: string[];
  optional?: boolean;
}
interface Kind {
  kind: string;
  parts: Part[];
  text: (said: string[]) => string;
}
export const KINDS: Kind[] = [
  {
    kind: "price",
    parts: [
      { name: "Underlying", example: "BTC" },
      { name: "Move, %", example: "-15" },
    ],
    text: ([base, by]) => `price ${base} ${by} %`,
  },
  {
    kind: "volatility",
    parts: [
      { name: "Underlying", example: "BTC" },
      { name: "Move, %", example: "20" },
    ],
    text: ([base, by]) => `volatility ${base} ${by} %`,
  },
  { kind: "time", parts: [{ name: "Span", example: "1 d" }], text: ([span]) => `time ${span}` },
  {
    kind: "trade",
    parts: [
      { name: "Instrument", example: "BTC-PERPETUAL" },
      { name: "Size, signed", example: "-2" },
      { name: "Price", example: "mark", optional: true },
    ],
    text: ([name, size, price]) => `trade ${name} ${size}${price ? ` @ ${price}` : ""}`,
  },
  {
    kind: "order",
    parts: [
      { name: "Side", example: "buy", options: ["buy", "sell"] },
      { name: "Size", example: "1" },
      { name: "Instrument", example: "BTC-PERPETUAL" },
      { name: "Price", example: "60000" },
    ],
    text: ([side, size, name, price]) => `order ${side} ${size} ${name} @ ${price}`,
  },
  {
    kind: "cancel",
    parts: [{ name: "Order, or all", example: "all" }],
    text: ([order]) => `cancel ${order}`,
  },
  {
    kind: "transfer",
    parts: [
      { name: "Asset", example: "USDT" },
      { name: "Amount, signed", example: "10000" },
    ],
    text: ([asset, amount]) => `transfer ${asset} ${amount}`,
  },
];

export function ChangeBuilder({ add }: { add: (text: string) => void }) {
  const chosen = useSignal(KINDS[0]!);
  const { kind, parts, text } = chosen.value;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    add(text(parts.map((_, i) => String(form.get(`part${i}`) ?? "").trim())));
  };
  return (
    <form class="builder" onSubmit={submit}>
      <label>
        Kind
        <select
          name="kind"
          value={kind}
          onChange={(event) => {
            chosen.value = KINDS.find((one) => one.kind === event.currentTarget.value)!;
          }}
        >
          {KINDS.map((one) => (
            <option key={one.kind}>{one.kind}</option>
          ))}
        </select>
      </label>
      {parts.map((part, i) => (
        <label key={kind + part.name}>
          {part.name}
          {part.options ? (
            <select name={`part${i}`}>
              {part.options.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          ) : (
            <input
              name={`part${i}`}
              required={!part.optional}
              placeholder={part.example}
              spellcheck={false}
              autocomplete="off"
              size={Math.max(8, part.example.length)}
            />
          )}
        </label>
      ))}
      <button type="submit" class="primary">
        Add
      </button>
    </form>
  );
}
