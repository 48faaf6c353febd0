// What the build makes of docs/methodology.md.
declare module "virtual:methodology" {
  const rules: Record<string, { title: string; html: string }>;
  export default rules;
}
