"""Problems of who reads what, small enough to try every plan."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from hypothesis import strategies as st

from grants.juries.matching.affinity import affinity
from grants.juries.matching.problem import Juror, Need, Pair, Pairing, Weights

SKILLS = ("sol", "toit", "pain")
TRACKS = ("nord", "sud", None)


def skills() -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(SKILLS))


needs = st.builds(
    Need,
    readers=st.sampled_from([0, 1, 1, 2, 2]),
    skills=skills(),
    track=st.sampled_from(TRACKS),
    territory=st.sampled_from(TRACKS),
)
jurors = st.builds(
    lambda bounds, *rest: Juror(max(bounds), min(bounds), *rest),
    st.sampled_from([(0, 1), (0, 2), (0, 3), (0, 3), (1, 3), (2, 2)]),
    skills(),
    st.frozensets(st.sampled_from(TRACKS[:2])),
    st.frozensets(st.sampled_from(TRACKS[:2])),
    st.sampled_from(["habitants", "experts", None]),
)
weights = st.builds(
    Weights,
    skills=st.integers(0, 3),
    track=st.integers(0, 3),
    territory=st.integers(0, 3),
    preference=st.integers(0, 3),
    balance=st.sampled_from([0, 1, 50, 400]),
)


@st.composite
def pairings(draw: st.DrawFn) -> Pairing:
    """Up to three applications of two readers, four jurors, and everything else by chance."""
    some = tuple(draw(st.lists(needs, min_size=1, max_size=3)))
    judges = tuple(draw(st.lists(jurors, min_size=2, max_size=4)))
    pairs = [(one, other) for one in range(len(some)) for other in range(len(judges))]
    forbidden = draw(st.frozensets(st.sampled_from(pairs), max_size=2))
    return Pairing(
        some,
        judges,
        colleges=draw(st.sampled_from([(), (), (), ("experts",), ("habitants", "experts")])),
        forbidden=forbidden,
        fixed=frozenset(draw(st.frozensets(st.sampled_from(pairs), max_size=2)) - forbidden),
        kept=draw(st.frozensets(st.sampled_from(pairs), max_size=4)),
        preferences=draw(
            st.dictionaries(st.sampled_from(pairs), st.integers(-100, 100), max_size=4)
        ),
        weights=draw(weights),
    )


def readers(pairing: Pairing, application: int) -> Iterator[frozenset[int]]:
    """Every set of readers that one application may have."""
    need = pairing.needs[application]
    fixed = {juror for one, juror in pairing.fixed if one == application}
    free = [
        juror
        for juror in range(len(pairing.jurors))
        if (application, juror) not in pairing.forbidden | pairing.fixed
    ]
    for more in combinations(free, max(0, need.readers - len(fixed))):
        chosen = frozenset({*fixed, *more})
        heard = {pairing.jurors[juror].college for juror in chosen}
        if not need.readers or heard >= set(pairing.colleges):
            yield chosen


def plans(pairing: Pairing) -> Iterator[tuple[tuple[int, int], frozenset[Pair]]]:
    """Every plan, with ((kept pairs given up, minus its score), its pairs)."""
    begun = [sum(juror == one for _, one in pairing.fixed) for juror in range(len(pairing.jurors))]
    worth = {
        (one, other): affinity(pairing, (one, other)).total
        for one in range(len(pairing.needs))
        for other in range(len(pairing.jurors))
    }
    for chosen in product(*(readers(pairing, one) for one in range(len(pairing.needs)))):
        pairs = frozenset((one, juror) for one, some in enumerate(chosen) for juror in some)
        loads = [sum(juror == at for _, juror in pairs) for at in range(len(pairing.jurors))]
        bounds = zip(loads, pairing.jurors, begun, strict=True)
        if all(one.load_min <= load <= max(one.load_max, least) for load, one, least in bounds):
            balance = pairing.weights.balance * sum(load * load for load in loads)
            score = sum(worth[pair] for pair in pairs) - balance
            yield (len(pairing.kept - pairs), -score), pairs
