// When a view's question is put: at once, then at most once in `every` milliseconds behind the answer before,
// or as long as that answer took, so that a page never keeps a service busy that has much to compute.  Never
// twice at a time, and not in a hidden tab.  What is asked for meanwhile is put once afterwards.
export class Asker {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking = false;
  private again = false;
  private asked = false;
  private next = 0;

  constructor(
    private readonly every: number,
    private readonly question: () => Promise<void>,
  ) {}

  ask(): void {
    if (this.asked && globalThis.document?.hidden) return;
    this.again = true;
    if (this.asking || this.timer !== undefined) return;
    this.timer = setTimeout(() => this.run(), Math.max(0, this.next - performance.now()));
  }

  stop(): void {
    clearTimeout(this.timer);
    this.again = false;
  }

  private async run(): Promise<void> {
    this.timer = undefined;
    this.again = false;
    this.asking = this.asked = true;
    const began = performance.now();
    await this.question();
    const ended = performance.now();
    this.asking = false;
    this.next = ended + Math.max(this.every, ended - began);
    if (this.again) this.ask();
  }
}
