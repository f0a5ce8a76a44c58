"""Calls AWS KMS for whoever asks, by boto3 or by botocore alone: call_kms.py boto3|botocore

Each line of standard input is a question, and each line of standard output the answer to the
next one:

{"ask": "operations"}                     {"operations"}: all that the library knows
{"ask": "enumeration", "shape"}           {"names"}: the values that the library knows
{"ask": "call", "operation", "input"}     {"output"}, or else {"error"}
{"ask": "pages", "operation", "input"}    {"pages"}, or else {"error"}
{"ask": "verify", "algorithm", "publicKey", "message", "signature"}    {"valid"}

Where the service is, and who calls, is in the environment. A call may say "access" (who calls
instead: id, secret, token), "attempts", "unsigned" and "unchecked" (not looked at by the library
before it is sent). Bytes are {"base64": text}.
"""

import base64
import datetime
import hashlib
import json
import sys

import boto3
import botocore.session
from botocore import UNSIGNED, xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from nacl import bindings as sodium
from nacl.exceptions import BadSignatureError

HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
ML_DSA = (mldsa.MLDSA44PublicKey, mldsa.MLDSA65PublicKey, mldsa.MLDSA87PublicKey)


def expect(key, *classes):
    """A key of another kind than the algorithm's is a mistake of the service, and no verdict."""
    if not isinstance(key, classes):
        raise TypeError(f"The public key is a {type(key).__name__}.")
    return key


def verify_pss(key, signature, message, digest):
    salted = padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)
    expect(key, rsa.RSAPublicKey).verify(signature, message, salted, digest)


def verify_pkcs1(key, signature, message, digest):
    expect(key, rsa.RSAPublicKey).verify(signature, message, padding.PKCS1v15(), digest)


def verify_ecdsa(key, signature, message, digest):
    expect(key, ec.EllipticCurvePublicKey).verify(signature, message, ec.ECDSA(digest))


def verify_ed25519(key, signature, message, _):
    expect(key, ed25519.Ed25519PublicKey).verify(signature, message)


def verify_ed25519ph(key, signature, message, _):
    """By libsodium. What AWS takes for the message of Ed25519ph is SHA-512 of the message."""
    state = sodium.crypto_sign_ed25519ph_state()
    sodium.crypto_sign_ed25519ph_update(state, hashlib.sha512(message).digest())
    raw = expect(key, ed25519.Ed25519PublicKey).public_bytes_raw()
    sodium.crypto_sign_ed25519ph_final_verify(state, signature, raw)


def verify_ml_dsa(key, signature, message, _):
    expect(key, *ML_DSA).verify(signature, message)


VERIFIERS = {
    "RSASSA_PSS_SHA": verify_pss,
    "RSASSA_PKCS1_V1_5_SHA": verify_pkcs1,
    "ECDSA_SHA": verify_ecdsa,
    "ED25519_SHA": verify_ed25519,
    "ED25519_PH_SHA": verify_ed25519ph,
    "ML_DSA_SHAKE": verify_ml_dsa,
}


def is_valid(algorithm, public_key, message, signature):
    scheme, _, size = algorithm.rpartition("_")
    try:
        VERIFIERS[scheme](load_der_public_key(public_key), signature, message, HASHES[size])
        return True
    except (InvalidSignature, BadSignatureError):
        return False


def decoded(value):
    if isinstance(value, list):
        return [decoded(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"base64"}:
        return base64.b64decode(value["base64"], validate=True)
    return {name: decoded(each) for name, each in value.items()}


def encoded(value):
    """What json.dumps asks for the kinds of values that JSON does not have."""
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).isoformat()
    raise TypeError(f"There is no JSON of a {type(value).__name__}.")


class Caller:
    """The clients of one library. They are made as they are asked for."""

    def __init__(self, library):
        if library == "boto3":
            self.create = boto3.session.Session().client
        else:
            self.create = botocore.session.Session().create_client
        self.clients = {}

    def client(self, options):
        name = json.dumps(options, sort_keys=True)
        if name not in self.clients:
            self.clients[name] = self.make(**options)
        return self.clients[name]

    def make(self, access=None, attempts=None, unsigned=False, unchecked=False):
        config = Config(
            retries={"total_max_attempts": attempts} if attempts else None,
            signature_version=UNSIGNED if unsigned else None,
            parameter_validation=not unchecked,
        )
        names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
        return self.create("kms", config=config, **dict(zip(names, access or ())))

    def call(self, operation, input, **options):
        kms = self.client(options)
        return {"output": getattr(kms, xform_name(operation))(**decoded(input))}

    def pages(self, operation, input):
        paginator = self.client({}).get_paginator(xform_name(operation))
        return {"pages": list(paginator.paginate(**decoded(input)))}

    def operations(self):
        return {"operations": list(self.client({}).meta.service_model.operation_names)}

    def enumeration(self, shape):
        return {"names": list(self.client({}).meta.service_model.shape_for(shape).enum)}

    def verify(self, algorithm, **parts):
        key, message, signature = (parts[name] for name in ("publicKey", "message", "signature"))
        return {"valid": is_valid(algorithm, key, message, signature)}

    def error(self, error, operation):
        """What a program that calls the service could catch, and what the library knows of it."""
        name = type(error).__name__
        if not isinstance(error, ClientError):
            return {"class": name, "message": str(error)}
        model = self.client({}).meta.service_model.operation_model(operation)
        answer = error.response
        return {
            "class": name,
            "code": answer["Error"]["Code"],
            "message": answer["Error"]["Message"],
            "status": answer["ResponseMetadata"]["HTTPStatusCode"],
            "requestId": answer["ResponseMetadata"].get("RequestId", ""),
            "attempts": answer["ResponseMetadata"]["RetryAttempts"] + 1,
            "declared": name in [shape.name for shape in model.error_shapes],
        }

    def answer(self, ask, **question):
        if ask == "verify":
            question = decoded(question)
        try:
            return getattr(self, ask)(**question)
        except (ClientError, BotoCoreError) as error:
            return {"error": self.error(error, question["operation"])}


def main():
    caller = Caller(sys.argv[1])
    for line in sys.stdin:
        print(json.dumps(caller.answer(**json.loads(line)), default=encoded), flush=True)


if __name__ == "__main__":
    main()
