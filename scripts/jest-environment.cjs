const { TestEnvironment } = require('jest-environment-node')

/**
 * Node's environment of jest, mended: tests run in a realm of their own, where an error that Node's core throws is
 * not `instanceof Error`. Each error class of that realm also accepts its twin of the outer one.
 */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup()
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
}
