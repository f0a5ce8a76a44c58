/** Signs by ways to Alibaba Cloud KMS that answers right and wrong, and tells what each made of it. */
import { alibabaWays } from '../clients/alibaba-ways.js'
import { watchChecks } from '../clients/watch-checks.js'
import { answer, argument } from '../harness/answer.js'

answer(await watchChecks(argument(), alibabaWays))
