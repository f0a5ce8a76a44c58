const vm = require('node:vm')
const { TestEnvironment } = require('jest-environment-node')

/**
 * Node's environment of jest, mended. Tests run in a realm of their own, where an error that Node's core throws is
 * not `instanceof Error`: each error class of that realm also accepts its twin of the outer one. And their `process`
 * is a copy, which hears of no warning: it is told, but for the one that jest itself brings about.
 *
 * The realm's global object is an ordinary one. Jest's goes through a proxy each time that a global is named, which makes
 * code that names many of them, such as ML-DSA in JavaScript, five times slower than it is.
 */
module.exports = class extends TestEnvironment {
  #onWarning = (warning) => {
    if (!warning.message.startsWith('VM Modules')) this.global.process.emit('warning', warning)
  }

  constructor(...args) {
    const { createContext } = vm
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY)
    try {
      super(...args)
    } finally {
      vm.createContext = createContext
    }
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
