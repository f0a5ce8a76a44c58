"""Calls an instance of Alibaba Cloud KMS for whoever asks:

call_instance.py ENDPOINT CA_FILE CLIENT_KEY_FILE PASSWORD_FILE

Each line of standard input is a question, and each line of standard output the answer to the
next one:

{"ask": "operations"}                                       {"operations"}: all that the SDK knows
{"ask": "call", "operation", "input", "by", "clientKey"}    {"output"}, or else {"error"}

"by" says in which of the SDK's ways the ClientKey is given: "file", which is the usual one,
"content", or "privateKey", for which "clientKey" is {"KeyId", "PrivateKey"}. Bytes are
{"base64": text}.
"""

import base64
import json
import re
import sys

from alibabacloud_tea_util.client import Client as UtilClient
from openapi.models import Config
from openapi_util.client import Client as ClientKeyReader
from openapi_util.models import RuntimeOptions
from sdk import models
from sdk.client import Client
from Tea.exceptions import TeaException

# The SDK waits for less, in which a busy machine may not have answered.
PATIENCE_MS = 60_000

# By which an answer says which version of a key was used.
VERSION_HEADER = "x-kms-migrationkeyversionid"


def snake_case(operation):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


def decoded(value):
    if isinstance(value, dict) and value.keys() == {"base64"}:
        return base64.b64decode(value["base64"], validate=True)
    return value


def encoded(value):
    """What json.dumps asks for the kinds of values that JSON does not have."""
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(f"There is no JSON of a {type(value).__name__}.")


class Instance:
    """An instance, and what it takes to be let in."""

    def __init__(self, endpoint, ca_file, client_key_file, password_file):
        self.endpoint = endpoint
        self.ca_file = ca_file
        self.client_key_file = client_key_file
        with open(password_file, encoding="ascii") as file:
            self.password = file.read()

    def config(self, by, client_key):
        config = Config(endpoint=self.endpoint, protocol="https", ca_file_path=self.ca_file)
        if by == "privateKey":
            config.access_key_id = client_key["KeyId"]
            config.private_key = ClientKeyReader.trim_private_key_pem(client_key["PrivateKey"])
            return config
        config.password = self.password
        if by == "file":
            config.client_key_file = self.client_key_file
        else:
            with open(self.client_key_file, encoding="ascii") as file:
                config.client_key_content = file.read()
        return config

    def call(self, operation, input, by="file", clientKey=None):
        client = Client(self.config(by, clientKey))
        request = getattr(models, f"{operation}Request")()
        request.from_map({name: decoded(value) for name, value in input.items()})
        runtime = RuntimeOptions(response_headers=[VERSION_HEADER])
        runtime.read_timeout = runtime.connect_timeout = PATIENCE_MS
        method = getattr(client, f"{snake_case(operation)}_with_options")
        return UtilClient.to_map(method(request, runtime))

    def operations(self):
        requests = [name for name in dir(models) if name.endswith("Request")]
        names = [name.removesuffix("Request") for name in requests]
        return [name for name in names if hasattr(Client, snake_case(name))]


def answer(instance, ask, **question):
    if ask == "operations":
        return {"operations": instance.operations()}
    try:
        return {"output": instance.call(**question)}
    except TeaException as error:
        status = (error.data or {}).get("httpCode")
        members = {"code": error.code, "message": error.message, "status": status}
        return {"error": {"class": type(error).__name__, **members}}


def main():
    instance = Instance(*sys.argv[1:])
    for line in sys.stdin:
        print(json.dumps(answer(instance, **json.loads(line)), default=encoded), flush=True)


if __name__ == "__main__":
    main()
