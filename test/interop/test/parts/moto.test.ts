import { MOTO } from '../../src/moto.js'
import { describeServer } from '../../src/server-suite.js'

describeServer(MOTO)
