import { MINISTACK } from '../../src/ministack.js'
import { describeServer } from '../../src/server-suite.js'

describeServer(MINISTACK)
