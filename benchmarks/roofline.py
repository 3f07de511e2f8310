"""How fast the tagger could be at most: its operations over what onnxruntime's int8 product reaches.

A multiplication and an addition are two operations. Products with weights are counted as the graph
holds them, those of attention as its blocks compute them (3 · 64 keys for every character).
"""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from train.fuse import with_loops
from train.transformer import Attention

Shape = tuple[int, int]


def products(graph: Path) -> Counter[Shape]:
    """(K, N) of the weights that every character is multiplied with in 8 bits → how many there are."""
    graphs = list(with_loops(onnx.load(graph).graph))
    shapes = {i.name: tuple(i.dims) for g in graphs for i in g.initializer}
    found: Counter[Shape] = Counter()
    for g in graphs:
        for node in g.node:
            if node.op_type == "MatMulInteger" and "clause" not in node.name:  # those: per clause
                found[shapes[node.input[1]]] += 1
    return found


def operations(found: Counter[Shape]) -> int:
    """Operations a character, attention included."""
    weights = sum(2 * k * n * count for (k, n), count in found.items())
    layers = sum(count for (k, n), count in found.items() if n == 3 * k)
    width = next(k for k, n in found if n == 3 * k)
    return weights + layers * 2 * 2 * 3 * Attention.BLOCK * width


def seconds(shape: Shape, rows: int, repeats: int) -> float:
    """The best time of a product (rows, K) × (K, N) in 8 bits, on one thread."""
    k, n = shape
    rng = np.random.default_rng(0)
    weight = rng.integers(-127, 127, shape).astype(np.int8)
    x = rng.integers(0, 255, (rows, k)).astype(np.uint8)
    zero = np.array(128, np.uint8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["x", "w", "zero"], ["y"])],
        "product",
        [
            helper.make_tensor_value_info("x", TensorProto.UINT8, [rows, k]),
            helper.make_tensor_value_info("zero", TensorProto.UINT8, []),
        ],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [rows, n])],
        [numpy_helper.from_array(weight, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    best = float("inf")
    for _ in range(repeats):
        began = time.thread_time()
        session.run(None, {"x": x, "zero": zero})
        best = min(best, time.thread_time() - began)
    return best


def roofline(graph: Path, rows: int, repeats: int = 30) -> dict[str, float]:
    """Of a tagger and texts of `rows` characters: operations a character, operations a second of its
    own products with nothing around them, and the characters a second that both allow."""
    found = products(graph)
    work = sum(2 * k * n * rows * count for (k, n), count in found.items())
    took = sum(seconds(shape, rows, repeats) * count for shape, count in found.items())
    return {
        "operations_per_character": operations(found),
        "operations_per_second": work / took,
        "characters_per_second": work / took / operations(found),
    }
