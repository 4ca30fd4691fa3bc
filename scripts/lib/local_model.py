"""llama.cpp's server with a model of random weights, for the command that is given; see scripts/try_local_model."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from machine import LOCAL, Failure, free_port, stop

WORK = LOCAL / "llama.cpp"
PACKAGE = "llama_cpp_python-0.3.36"
REQUIREMENT = (
    "llama-cpp-python==0.3.36 "
    "--hash=sha256:832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e\n"
)
SOURCE = WORK / PACKAGE / "vendor/llama.cpp"
SERVER = WORK / "build/bin/llama-server"
#: Off: what needs the network, the machine's own instructions, or is not the server.
OPTIONS = {
    "CMAKE_BUILD_TYPE": "Release",
    "BUILD_SHARED_LIBS": "OFF",
    "GGML_NATIVE": "OFF",
    "GGML_OPENMP": "OFF",
    "LLAMA_BUILD_APP": "OFF",
    "LLAMA_BUILD_EXAMPLES": "OFF",
    "LLAMA_BUILD_TESTS": "OFF",
    "LLAMA_OPENSSL": "OFF",
    "LLAMA_USE_PREBUILT_UI": "OFF",
}
KEY = "key-of-the-trial"
WIDTH = 64
FEED_FORWARD = 128
HEADS = 4
#: How much likelier than another byte a closing one is, as logits; else nonsense would never end.
CLOSING = {'"': 1.2, "}": 0.4, "]": 0.8}
TEMPLATE = "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}assistant: "


def build() -> None:
    """The server's program, once; the hash of its source is checked."""
    if SERVER.exists():
        return
    for program in ("cmake", "ninja", "c++"):
        if shutil.which(program) is None:
            raise Failure(f"{program} is missing: apt-get install cmake ninja-build g++")
    WORK.mkdir(parents=True, exist_ok=True)
    required = WORK / "requirements.txt"
    required.write_text(REQUIREMENT)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "llama-cpp-python"]
    _run([*pip, "--require-hashes", "--dest", str(WORK), "--requirement", str(required)])
    with tarfile.open(WORK / f"{PACKAGE}.tar.gz") as archive:
        archive.extractall(WORK, filter="data")
    flags = [f"-D{name}={value}" for name, value in OPTIONS.items()]
    print("building llama-server …", flush=True)
    _run(["cmake", "-G", "Ninja", "-S", str(SOURCE), "-B", str(WORK / "build"), *flags])
    _run(["nice", "ninja", "-C", str(WORK / "build"), "llama-server"])


def _run(command: list[str]) -> None:
    with (WORK / "build.log").open("ab") as log:
        if subprocess.run(command, stdout=log, stderr=log, check=False).returncode:
            raise Failure(f"{command[0]} failed; see {log.name}")


def make_model(path: Path) -> None:
    """One layer of the architecture "llama" over single bytes; nearly all of its next bytes are equally likely."""
    sys.path.insert(0, str(SOURCE / "gguf-py"))
    from gguf import GGUFWriter, TokenType  # type: ignore[import-not-found]  # noqa: PLC0415 - the package's own

    letters = _byte_letters()
    tokens = [*letters, "Ġt", "<|end|>"]
    writer = GGUFWriter(path, "llama")
    writer.add_context_length(65_536)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([TokenType.NORMAL] * (len(tokens) - 1) + [TokenType.CONTROL])
    writer.add_token_merges(["Ġ t"])
    writer.add_eos_token_id(len(tokens) - 1)
    writer.add_bos_token_id(len(tokens) - 1)
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)
    for name, tensor in _tensors(tokens).items():
        writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _tensors(tokens: list[str]) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
    """The first number of every state is a constant, which carries how likely a token is whatever came before."""
    chance = np.random.default_rng(0)

    def some(*shape: int, scale: float = 0.1) -> np.ndarray[Any, np.dtype[np.float32]]:
        return chance.normal(0, scale, shape).astype(np.float32)

    embedding, output = some(len(tokens), WIDTH), some(len(tokens), WIDTH, scale=0.01)
    embedding[:, 0] = 10.0
    output[:, 0] = [CLOSING.get(token, 0.0) / WIDTH**0.5 for token in tokens]
    ones = np.ones(WIDTH, dtype=np.float32)
    layer = {f"attn_{part}": some(WIDTH, WIDTH, scale=0.01) for part in ("q", "k", "v", "output")}
    layer |= {"ffn_gate": some(FEED_FORWARD, WIDTH), "ffn_up": some(FEED_FORWARD, WIDTH)}
    layer |= {"ffn_down": some(WIDTH, FEED_FORWARD), "attn_norm": ones, "ffn_norm": ones}
    whole = {"token_embd": embedding, "output_norm": ones, "output": output}
    return {f"{name}.weight": tensor for name, tensor in whole.items()} | {
        f"blk.0.{name}.weight": tensor for name, tensor in layer.items()
    }


def _byte_letters() -> list[str]:
    """GPT-2's letters for the 256 bytes: printable ones stand for themselves, the rest from U+0100 on."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


@contextmanager
def serving(model: Path) -> Iterator[str]:
    """The server's address: a router with a model for texts, and the same one for vectors."""
    presets = model.with_suffix(".ini")
    presets.write_text(
        "version = 1\n"
        f"[tiny-chat]\nmodel = {model}\nc = 32768\nparallel = 2\n"
        f"[tiny-vectors]\nmodel = {model}\nc = 8192\nb = 8192\nub = 8192\nembeddings = true\npooling = mean\n"
    )
    port = free_port()
    command = [
        str(SERVER),
        "--models-preset",
        str(presets),
        "--port",
        str(port),
        "--api-key",
        KEY,
        "--offline",
    ]
    with (WORK / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}/health", process)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            stop(process.pid, seconds=10)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise Failure(f"llama-server does not answer; see {WORK}/server.log")


def main() -> int:
    build()
    model = WORK / "tiny.gguf"
    make_model(model)
    with serving(model) as address:
        given = {
            "OPENAI_BASE_URL": address,
            "OPENAI_API_KEY": KEY,
            "AI_MODEL": "tiny-chat",
            "AI_VISION_MODEL": "tiny-chat",
            "AI_EMBEDDING_MODEL": "tiny-vectors",
            "AI_EMBEDDING_DIMENSIONS": str(WIDTH),
        }
        return subprocess.run(sys.argv[1:], env=os.environ | given, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"error: {failure}")
