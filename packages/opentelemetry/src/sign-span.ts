import {
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from '@opentelemetry/api'
import { SigningError, type SignTrace } from '@signport/core'
import { printable } from '@signport/core/kit'

/** The span of a signature, which begins now. Samplers see what is known by then. */
export function startSpan(tracer: Tracer, about: SignTrace, parent: Context): Span {
  const { provider, keyId, algorithm } = about
  const attributes = {
    'signport.provider': provider,
    'signport.key.id': printable(keyId),
    'signport.algorithm': algorithm,
  }
  return tracer.startSpan(`sign ${algorithm}`, { kind: SpanKind.CLIENT, attributes }, parent)
}

/** Ends it now, with what has become known meanwhile. */
export function endSpan(span: Span, about: SignTrace): void {
  try {
    span.setAttributes({
      'signport.message_type': about.messageType,
      'signport.attempts': about.attempts,
      ...(about.outcome === 'signed' ? factsOf(about) : failureOf(about)),
    })
    if (about.outcome !== 'signed') tellFailure(span, about)
  } finally {
    span.end()
  }
}

function factsOf({ keyVersion, requestId }: SignTrace): Attributes {
  return { 'signport.key.version': shown(keyVersion), 'signport.request_id': shown(requestId) }
}

function failureOf({ error, outcome }: SignTrace): Attributes {
  const { requestId, providerCode } = SigningError.is(error) ? error : {}
  return {
    'error.type': outcome,
    'signport.request_id': shown(requestId),
    'signport.provider_code': shown(providerCode),
  }
}

/** The text of an error that is not of Signport's making, as of a stream that the caller reads from, may hold anything. */
function tellFailure(span: Span, { error, outcome }: SignTrace): void {
  if (!SigningError.is(error)) {
    span.recordException({ name: String(outcome) })
    span.setStatus({ code: SpanStatusCode.ERROR })
    return
  }
  span.recordException(error)
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message })
}

/** Services choose these texts: what is not known is left out. */
const shown = (text: string | undefined) => (text === undefined ? undefined : printable(text))
