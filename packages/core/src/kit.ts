/** For authors of providers: the pieces of core that an adapter would otherwise write again. */
export { equalBytes } from './bytes.js'
export { type Curve, loadCurve, pointOf, scalarOf } from './curve.js'
export { encodePkcs1, encodePss } from './emsa.js'
export { pemLabels } from './pem.js'
export { rsaFromPkcs8, rsaFromSpki } from './rsa-key.js'
export { oneOf, printable, typeName } from './text.js'
export { nodeKeyOptions } from './verify-message.js'
