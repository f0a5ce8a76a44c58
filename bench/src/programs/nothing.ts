// Node's own start: what every program has before it does anything.
export {}
