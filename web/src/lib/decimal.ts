// Decimals as the server writes them, laid out for reading.  Only the text changes: no figure passes through
// a floating-point number on its way to the screen.

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

// "1234567.891" with 2 places: "1,234,567.89".  Digits behind the last visible one are cut, not rounded, and
// a shorter fraction is filled with zeros; without places, all digits are shown.  Other texts stay as they are.
export function grouped(text: string, places?: number): string {
  const parts = DECIMAL.exec(text);
  if (!parts) return text;
  const [, sign = "", whole = "", fraction = ""] = parts;
  const shown = places === undefined ? fraction : fraction.slice(0, places).padEnd(places, "0");
  const digits = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${sign}${digits}${shown ? `.${shown}` : ""}`;
}

// "0.8312" with 1 place: "83.1 %".
export function percent(text: string, places = 1): string {
  const parts = DECIMAL.exec(text);
  if (!parts) return text;
  const [, sign = "", whole = "", fraction = ""] = parts;
  const padded = fraction.padEnd(2, "0");
  const left = (whole + padded.slice(0, 2)).replace(/^0+(?=\d)/, "");
  const right = padded.slice(2);
  return `${grouped(`${sign}${left}${right ? `.${right}` : ""}`, places)} %`;
}

// As percent, with all digits that say something and a sign: "-0.15" is "-15 %", "0.075" is "+7.5 %".
export function move(text: string): string {
  const exact = DECIMAL.exec(text)?.[3]?.replace(/0+$/, "").length ?? 0;
  const shown = percent(text, Math.max(0, exact - 2));
  return isNegative(text) || isZero(text) ? shown : `+${shown}`;
}

// "1234567.891" is "1.23M": for axes and cells too narrow for more; whoever shows it also gives the full text.
export function compact(text: string): string {
  const parts = DECIMAL.exec(text);
  if (!parts) return text;
  const [, sign = "", whole = "", fraction = ""] = parts;
  const unit = whole.length > 9 ? 3 : whole.length > 6 ? 2 : whole.length > 3 ? 1 : 0;
  if (unit === 0) return sign + (whole.length > 1 || !fraction ? whole : `${whole}.${fraction.slice(0, 2)}`);
  const cut = whole.length - 3 * unit;
  const rest = whole.slice(cut, cut + Math.max(0, 3 - cut));
  return `${sign}${whole.slice(0, cut)}${rest ? `.${rest}` : ""}${"kMB"[unit - 1]}`;
}

export function isNegative(text: string): boolean {
  return text.startsWith("-");
}

export function isZero(text: string): boolean {
  return /^-?0*(\.0*)?$/.test(text);
}

// For the length of a bar or the place of a point, never for a figure that is shown.
export function length(text: string | null | undefined): number {
  const value = Number(text || "0");
  return Number.isFinite(value) ? value : 0;
}
