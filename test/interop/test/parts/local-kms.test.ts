import { LOCAL_KMS } from '../../src/local-kms.js'
import { describeServer } from '../../src/server-suite.js'

describeServer(LOCAL_KMS)
