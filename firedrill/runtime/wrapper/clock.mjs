// The Worker's clock, which a fault moves on: what it does after minutes would outlast any take.
const Real = Date;
const realNow = Date.now;
let ahead = 0; // ms

/** Moves the clock on; `0` puts it right again. Its ticks stay those of the real one. */
export function later(ms) {
  ahead = ms === 0 ? 0 : ahead + ms;
  Real.now = ahead === 0 ? realNow : () => realNow.call(Real) + ahead;
  globalThis.Date = ahead === 0 ? Real : moved;
}

const moved = new Proxy(Real, {
  construct: (target, args, created) => Reflect.construct(target, args.length > 0 ? args : [Real.now()], created),
  apply: () => String(new Real(Real.now())),
});
