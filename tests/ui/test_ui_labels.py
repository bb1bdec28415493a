from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, QSizeF

from livemusic.ui.views.labels import Labels, Named

BOUNDS = QRectF(6, 6, 628, 388)


def named(number: int, x: float, y: float, width: float = 90.0) -> Named:
    return Named(number, QPointF(x, y), QSizeF(width, 20), 8.0)


def common(one: QRectF, other: QRectF) -> bool:
    return not one.intersected(other).isEmpty()


@given(
    st.lists(st.tuples(st.floats(0, 640, allow_subnormal=False), st.floats(0, 400, allow_subnormal=False)), max_size=12)
)
def test_no_name_lies_over_another_or_is_cut_off(spots: list[tuple[float, float]]) -> None:
    places = Labels().place([named(i, x, y) for i, (x, y) in enumerate(spots)], BOUNDS)
    assert all(BOUNDS.contains(place) for place in places)
    assert not any(common(a, b) for i, a in enumerate(places) for b in places[:i])


def test_a_name_stands_to_the_right_of_its_spot_and_to_the_left_at_the_right_edge() -> None:
    middle, edge = Labels().place([named(0, 300, 200), named(1, 630, 100)], BOUNDS)
    assert middle.left() > 308
    assert middle.center().y() == 200
    assert edge.right() < 622


def test_a_name_stays_on_its_side_while_there_is_room() -> None:
    labels = Labels()
    crowd = [named(0, 300, 200), named(1, 350, 200)]
    there = labels.place(crowd, BOUNDS)[1]
    assert labels.place([named(0, 300, 90), named(1, 351, 200)], BOUNDS)[1].center().x() - there.center().x() == 1


def test_what_is_to_be_clear_stays_clear() -> None:
    head = QRectF(310, 190, 40, 20)
    (place,) = Labels().place([named(0, 300, 200)], BOUNDS, [head])
    assert not common(place, head)


def test_where_there_is_no_room_it_is_still_inside() -> None:
    tight = QRectF(0, 0, 100, 30)
    assert all(tight.contains(place) for place in Labels().place([named(i, 50, 15) for i in range(4)], tight))
