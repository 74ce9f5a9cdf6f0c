"""New ids are version 7, all different, and in the order of time."""

from lagspill.kernel import ids


def test_ids_are_version_7_and_in_the_order_they_were_made():
    made = [ids.new_id() for _ in range(1000)]
    assert {(i.version, i.variant) for i in made} == {(7, "specified in RFC 4122")}
    assert len(set(made)) == len(made)
    assert made == sorted(made)


def test_id_begins_with_the_moment_it_was_made():
    before, after = ids.new_id(), ids.new_id()
    assert 0 <= (after.int >> 80) - (before.int >> 80) < 60_000
