const { TestEnvironment } = require('jest-environment-node')

/**
 * Node's environment of jest, mended. Tests run in a realm of their own, where an error that Node's core throws is
 * not `instanceof Error`: each error class of that realm also accepts its twin of the outer one. And their `process`
 * is a copy, which hears of no warning: it is told, but for the one that jest itself brings about.
 */
module.exports = class extends TestEnvironment {
  #onWarning = (warning) => {
    if (!warning.message.startsWith('VM Modules')) this.global.process.emit('warning', warning)
  }

  async setup() {
    await super.setup()
    process.on('warning', this.#onWarning)
    for (const outer of [Error, TypeError, RangeError, SyntaxError]) {
      const inner = this.global[outer.name]
      const own = Function.prototype[Symbol.hasInstance]
      Object.defineProperty(inner, Symbol.hasInstance, {
        value(value) {
          return own.call(this, value) || (this === inner && value instanceof outer)
        },
      })
    }
  }

  async teardown() {
    process.off('warning', this.#onWarning)
    await super.teardown()
  }
}
