"""The traced graph of the tagger, written for onnxruntime.

The tracer writes rotation, neighbours and mask of every layer of attention as some 120 small steps
that copy everything again and again, and every step runs over the whole window before the next
begins. Here each layer becomes a loop over pieces of the window that stay in the processor's cache,
with a dozen steps of which onnxruntime has fast kernels. What is computed stays the same; where the
graph has 8-bit products, each piece has a scale of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

PIECE = 16  # blocks that a loop takes at once
# What is added to the score of a character that may not be seen. e⁻⁵⁰ is nothing beside 1 in 32 bits,
# yet far from the smallest number: the exponential of -10,000 takes onnxruntime six times as long.
UNSEEN = -50.0
_RUNTIME = "com.microsoft"  # onnxruntime's own operators
_COS, _SIN, _BIAS, _BLOCKS = "fused/cos", "fused/sin", "fused/bias", "fused/blocks"


def fuse(data: bytes, heads: int, block: int) -> bytes:
    """The same graph, faster. `block`: characters of a block, which looks at its two neighbours too.

    Layers are known by the names of their modules: `attention.project`, `attention.out`, `norm`.
    """
    model = onnx.load_from_string(data)
    graph = model.graph
    if all(o.domain != _RUNTIME for o in model.opset_import):
        model.opset_import.append(helper.make_opsetid(_RUNTIME, 1))
    layers = [m[1] for n in graph.node if (m := re.match(r"(.*)/attention/project/Add$", n.name))]
    for layer in layers:
        _Layer(graph, layer, heads, block, layer == layers[0]).rewrite()
    _prune(graph)
    return bytes(model.SerializeToString(deterministic=True))


def with_loops(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """A graph and those of its loops."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from with_loops(attribute.g)


class _Steps:
    """Nodes under way. `graph` takes the constants."""

    def __init__(self, scope: str, graph: onnx.GraphProto) -> None:
        self.scope, self.graph = scope, graph
        self.nodes: list[onnx.NodeProto] = []

    def add(
        self,
        kind: str,
        *inputs: str,
        outputs: Sequence[str] = (),
        domain: str = "",
        **attributes: Any,
    ) -> str:
        """Append a node; → its (first) output."""
        name = f"{self.scope}/{kind}_{len(self.nodes)}"
        names = list(outputs) or [f"{name}_output"]
        node = helper.make_node(kind, inputs, names, name=name, domain=domain, **attributes)
        self.nodes.append(node)
        return names[0]

    def constant(self, values: object, kind: type = np.int64) -> str:
        """The name of a stored array."""
        name = f"{self.scope}/constant_{len(self.graph.initializer)}"
        self.graph.initializer.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name


class _Layer:
    """One layer of a graph, from its projection (1, P, 3·D) to its last norm (1, P, D)."""

    def __init__(
        self, graph: onnx.GraphProto, name: str, heads: int, block: int, first: bool
    ) -> None:
        self.graph, self.name, self.heads, self.block, self.first = graph, name, heads, block, first
        self.made_by = {o: node for node in graph.node for o in node.output}
        self.by_name = {node.name: node for node in graph.node}
        self.arrays = {i.name: i for i in graph.initializer}
        self.projected = self.by_name[f"{name}/attention/project/Add"].output[0]
        self.before = self._product_of(f"{name}/attention/project/MatMul")
        self.seen = self._product_of(f"{name}/attention/out/MatMul")
        self.after = self.by_name[f"{name}/norm/LayerNormalization"].output[0]
        bias = self.by_name[f"{name}/attention/project/Add"].input
        width = next(self.arrays[i].dims[0] for i in bias if i in self.arrays) // 3
        self.head = width // heads

    def _product_of(self, name: str) -> str:
        """What a product multiplies, before it became integers."""
        node = self.by_name.get(name) or self.by_name[f"{name}_quant"]
        maker = self.made_by.get(node.input[0])
        quantised = maker is not None and maker.op_type == "DynamicQuantizeLinear"
        return str(maker.input[0] if maker and quantised else node.input[0])

    def rewrite(self) -> None:
        """Put the loop in the place of the layer."""
        steps = _Steps(f"{self.name}/loop", self.graph)
        if self.first:
            self._shared(steps)
        rest = self._rest()
        body = self._body(rest)
        ends = steps.add("SequenceEmpty", dtype=TensorProto.FLOAT)
        count = steps.add(
            "Div", steps.add("Add", _BLOCKS, steps.constant(PIECE - 1)), steps.constant(PIECE)
        )
        pieces = steps.add("Loop", count, "", ends, body=body)
        steps.add("ConcatFromSequence", pieces, outputs=[self.after], axis=1)
        at = max(list(self.graph.node).index(node) for node in rest) + 1
        nodes = list(self.graph.node)
        kept = [node for node in nodes[:at] if node not in rest]
        del self.graph.node[:]
        self.graph.node.extend([*kept, *steps.nodes, *nodes[at:]])

    def _rest(self) -> list[onnx.NodeProto]:
        """The nodes from what attention has seen to the last norm, in order."""
        wanted, found = [self.after], []
        while wanted:
            node = self.made_by.get(wanted.pop())
            if node is not None and node not in found:
                found.append(node)
                wanted += [i for i in node.input if i not in (self.before, self.seen)]
        return sorted(found, key=list(self.graph.node).index)

    def _shared(self, s: _Steps) -> None:
        """What all layers share, of P = N·block places: N, cosine and sine (P, head / 2) of each
        place's angles, and the bias (N, block, 3·block) of a score: 0 where a character is seen,
        else UNSEEN. A padded character sees itself, as the traced graph has it."""
        places = s.add("Squeeze", s.add("Shape", self.projected, start=1, end=2))
        s.add("Div", places, s.constant(self.block), outputs=[_BLOCKS])
        numbers = s.add("Range", s.constant(0), places, s.constant(1))
        numbers = s.add("Unsqueeze", s.add("Cast", numbers, to=TensorProto.FLOAT), s.constant([1]))
        speeds = 10000.0 ** (-np.arange(0, self.head, 2) / self.head)
        angles = s.add("Mul", numbers, s.constant(speeds[None], np.float32))
        s.add("Cos", angles, outputs=[_COS])
        s.add("Sin", angles, outputs=[_SIN])
        block, keys = self.block, np.arange(3 * self.block) - self.block
        order = s.add("Range", s.constant(0), s.add("Squeeze", _BLOCKS), s.constant(1))
        column = s.add("Unsqueeze", order, s.constant([1]))
        key = s.add("Add", s.add("Mul", column, s.constant(block)), s.constant(keys[None]))
        inside = s.add("GreaterOrEqual", key, s.constant(0))
        length = s.add("Shape", "chars", start=1, end=2)
        is_text = s.add("And", inside, s.add("Less", key, length))
        nothing, unseen = s.constant(0, np.float32), s.constant(UNSEEN, np.float32)
        of_key = s.add("Unsqueeze", s.add("Where", is_text, nothing, unseen), s.constant([1]))
        distance = np.abs(keys - np.arange(block)[:, None])[None]
        near = s.constant(np.where(distance > block, UNSEEN, 0), np.float32)
        itself = s.constant(np.where(distance == 0, 0, UNSEEN), np.float32)
        s.add("Max", s.add("Min", of_key, near), itself, outputs=[_BIAS])

    def _body(self, rest: Iterable[onnx.NodeProto]) -> onnx.GraphProto:
        """The loop's body: number of the piece → its (1, n·block, D) appended to what is done."""
        body = onnx.GraphProto(name=f"{self.name}/piece")
        s = _Steps(f"{self.name}/piece", body)
        number, going, done, more = (f"{s.scope}/{n}" for n in ("number", "going", "done", "more"))
        one, block = s.constant([1]), s.constant([self.block])
        blocks = s.add("Unsqueeze", _BLOCKS, s.constant([0]))
        first = s.add("Mul", s.add("Unsqueeze", number, s.constant([0])), s.constant([PIECE]))
        last = s.add("Min", s.add("Add", first, s.constant([PIECE])), blocks)
        low = s.add("Max", s.add("Sub", first, one), s.constant([0]))
        high = s.add("Min", s.add("Add", last, one), blocks)
        place, end = s.add("Mul", low, block), s.add("Mul", high, block)
        order = s.add("Range", s.add("Squeeze", first), s.add("Squeeze", last), s.constant(1))
        column = s.add("Unsqueeze", order, one)  # (n, 1) numbers of the blocks
        near = self._near(s, column, low, high)
        bias = s.add("Slice", _BIAS, first, last, s.constant([0]))
        about = s.add("Slice", self.projected, place, end, one)
        turns = [s.add("Slice", angles, place, end, s.constant([0])) for angles in (_COS, _SIN)]
        start = s.add("Sub", first, low)
        seen = self._attention(s, about, turns, near, bias, (start, s.add("Sub", last, low)))
        before = s.add(
            "Slice", self.before, s.add("Mul", first, block), s.add("Mul", last, block), one
        )
        names = {self.before: before, self.seen: seen}
        for node in rest:
            copy = onnx.NodeProto()
            copy.CopyFrom(node)
            copy.input[:] = [names.get(i, i) for i in node.input]
            names |= {o: f"{s.scope}/{o}" for o in node.output}
            copy.output[:] = [names[o] for o in node.output]
            s.nodes.append(copy)
            known = {i.name for i in body.initializer}
            body.initializer.extend(
                self.arrays[i]
                for i in dict.fromkeys(node.input)
                if i in self.arrays and i not in known
            )
        s.add("SequenceInsert", done, names[self.after], outputs=[f"{done}_now"])
        s.add("Identity", going, outputs=[more])
        body.node.extend(s.nodes)
        of_floats = helper.make_tensor_sequence_value_info
        body.input.extend(
            [
                helper.make_tensor_value_info(number, TensorProto.INT64, []),
                helper.make_tensor_value_info(going, TensorProto.BOOL, []),
                of_floats(done, TensorProto.FLOAT, None),
            ]
        )
        body.output.extend(
            [
                helper.make_tensor_value_info(more, TensorProto.BOOL, []),
                of_floats(f"{done}_now", TensorProto.FLOAT, None),
            ]
        )
        return body

    def _near(self, s: _Steps, column: str, low: str, high: str) -> str:
        """(n, 3): each block and its neighbours, counted from `low`. A neighbour that the first or
        last block of the text lacks is the block itself, which is not seen there."""
        around = s.add("Sub", s.add("Add", column, s.constant([[-1, 0, 1]])), low)
        most = s.add("Sub", s.add("Sub", high, low), s.constant([1]))
        return s.add("Min", s.add("Max", around, s.constant(0)), most)

    def _attention(
        self,
        s: _Steps,
        about: str,
        turns: list[str],
        near: str,
        bias: str,
        own: tuple[str, str],
    ) -> str:
        """Queries, keys and values (1, m·block, 3·D) of a piece and its neighbours, of which the
        blocks own[0]:own[1] are the piece → (1, n·block, D)."""
        heads, head, block = self.heads, self.head, self.block
        split = s.add("Reshape", about, s.constant([1, -1, 3 * heads, head]))
        by_head = s.add("Transpose", split, perm=[0, 2, 1, 3])  # (1, 3·H, m·block, head)
        both, values, queries, keys = (
            f"{s.scope}/{n}" for n in ("both", "values", "queries", "keys")
        )
        s.add("Split", by_head, s.constant([2 * heads, heads]), outputs=[both, values], axis=1)
        at = s.constant([0])
        turned = s.add("RotaryEmbedding", both, at, *turns, domain=_RUNTIME, interleaved=1)
        s.add("Split", turned, s.constant([heads, heads]), outputs=[queries, keys], axis=1)
        blocks, three = (s.constant([heads, -1, n * block, head]) for n in (1, 3))
        around = [
            s.add("Reshape", s.add("Gather", s.add("Reshape", x, blocks), near, axis=1), three)
            for x in (keys, values)
        ]  # (H, n, 3·block, head)
        query = s.add("Slice", s.add("Reshape", queries, blocks), *own, s.constant([1]))
        scores = s.add("FusedMatMul", query, around[0], domain=_RUNTIME, transB=1, alpha=head**-0.5)
        weights = s.add("Softmax", s.add("Add", scores, bias), axis=-1)
        seen = s.add("Reshape", s.add("MatMul", weights, around[1]), s.constant([heads, -1, head]))
        joined = s.add("Transpose", seen, perm=[1, 0, 2])
        return s.add("Reshape", joined, s.constant([1, -1, heads * head]))


def _needs(node: onnx.NodeProto) -> set[str]:
    """What a node reads, its subgraphs' included."""
    inner = (a.g for a in node.attribute if a.type == onnx.AttributeProto.GRAPH)
    return set(node.input).union(*(_needs(n) for g in inner for n in g.node))


def _prune(graph: onnx.GraphProto) -> None:
    """Take out what no output needs any more."""
    needed = {o.name for o in graph.output}
    kept = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            kept.append(node)
            needed |= _needs(node)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    _, *loops = with_loops(graph)
    inner = {i.name for loop in loops for i in loop.initializer}
    arrays = [i for i in graph.initializer if i.name in needed - inner]
    del graph.initializer[:]
    graph.initializer.extend(arrays)
