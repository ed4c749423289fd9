from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scenarios.schedule import DAYS, Holidays, Schedule, Window

BERLIN = ZoneInfo("Europe/Berlin")
FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)
"""02:00 becomes 03:00; 03:00 becomes 02:00 again."""

NIGHT = Window(days=("fri",), begin=time(22), end=time(6))
times = st.times().map(lambda t: t.replace(microsecond=0, fold=0))
windows = st.builds(
    Window,
    days=st.lists(st.sampled_from(DAYS), min_size=1, unique=True).map(tuple),
    begin=times,
    end=times,
)
schedules = st.builds(
    Schedule,
    time_zone=st.sampled_from(["Europe/Berlin", "Asia/Shanghai", "America/New_York"]),
    windows=st.lists(windows, max_size=3).map(tuple),
)
around_the_change = st.datetimes(datetime(2026, 3, 27), datetime(2026, 4, 1)) | st.datetimes(  # noqa: DTZ001
    datetime(2026, 10, 23),  # noqa: DTZ001
    datetime(2026, 11, 3),  # noqa: DTZ001
)
moments = around_the_change.map(lambda at: at.replace(tzinfo=UTC))


def in_berlin(*windows: Window, holidays: tuple[Holidays, ...] = ()) -> Schedule:
    return Schedule(time_zone="Europe/Berlin", windows=windows, holidays=holidays)


def hours_on(schedule: Schedule, day: date) -> float:
    """Of a day in Berlin, by looking every five minutes."""
    at = datetime.combine(day, time(), BERLIN).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), BERLIN).astimezone(UTC)
    step = timedelta(minutes=5)
    return sum(schedule.is_on(at + i * step) for i in range((end - at) // step)) / 12


def test_a_window_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    schedule = in_berlin(NIGHT)

    def on(day: int, hour: int) -> bool:
        return schedule.is_on(datetime(2026, 1, day, hour, tzinfo=BERLIN))  # the 2nd is a Friday

    assert [on(2, 5), on(2, 21), on(2, 22), on(3, 0), on(3, 5)] == [False, False, True, True, True]
    assert [on(3, 6), on(3, 23), on(4, 1)] == [False, False, False]


def test_a_day_is_as_long_as_the_clocks_make_it() -> None:
    always = in_berlin(Window())

    assert hours_on(always, FORWARD) == 23
    assert hours_on(always, BACK) == 25
    assert hours_on(always, date(2026, 6, 1)) == 24


def test_the_hour_that_is_left_out_never_comes_and_the_one_repeated_counts_twice() -> None:
    small_hours = in_berlin(Window(begin=time(2), end=time(3)))

    assert hours_on(small_hours, FORWARD) == 0
    assert hours_on(small_hours, BACK) == 2
    assert hours_on(small_hours, date(2026, 6, 1)) == 1


def test_holidays_switch_days_off_and_on() -> None:
    friday, sunday = date(2026, 1, 2), date(2026, 1, 4)
    schedule = in_berlin(
        NIGHT,
        holidays=(
            Holidays(name="New Year", dates=(friday,)),
            Holidays(name="worked Sunday", dates=(sunday,), applies=True),
        ),
    )

    assert hours_on(schedule, friday) == 0
    assert hours_on(schedule, date(2026, 1, 3)) == 0  # what would have begun on Friday
    assert hours_on(schedule, sunday) == 24
    assert hours_on(schedule, date(2026, 1, 9)) == 2


@settings(deadline=None)
@given(schedules, moments)
def test_it_is_read_off_the_wall_clock(schedule: Schedule, at: datetime) -> None:
    wall = at.astimezone(ZoneInfo(schedule.time_zone)).replace(tzinfo=None)

    def covers(window: Window, day: date) -> bool:
        begin = datetime.combine(day, window.begin)
        end = datetime.combine(day, window.end)
        if end <= begin:
            end += timedelta(days=1)
        return DAYS[day.weekday()] in window.days and begin <= wall < end

    days = [wall.date() - timedelta(days=n) for n in range(3)]
    expected = any(covers(window, day) for window in schedule.windows for day in days)
    assert schedule.is_on(at) == expected


@settings(deadline=None)
@given(schedules, moments, st.sampled_from(["Asia/Tokyo", "Pacific/Apia", "Europe/Berlin"]))
def test_the_same_moment_written_otherwise_is_the_same(
    schedule: Schedule, at: datetime, elsewhere: str
) -> None:
    assert schedule.is_on(at.astimezone(ZoneInfo(elsewhere))) == schedule.is_on(at)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        in_berlin(NIGHT).is_on(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"time_zone": "Shenzhen"}, "Asia/Shanghai"),
        ({"time_zone": "UTC", "windows": [{"begin": "08:00+01:00"}]}, "offset"),
        ({"time_zone": "UTC", "windows": [{"days": ["monday"]}]}, "mon"),
        (
            {"time_zone": "UTC", "holidays": [{"name": n, "dates": ["2026-05-01"]} for n in "ab"]},
            "2026-05-01",
        ),
    ],
)
def test_a_wrong_schedule_says_what_is_wrong(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Schedule.model_validate(wrong)


@settings(deadline=None, max_examples=60)
@given(schedules, moments, st.integers(0, 3 * 24 * 60))
def test_the_time_it_applies_is_what_looking_every_minute_finds(
    schedule: Schedule, begin: datetime, minutes: int
) -> None:
    whole = Schedule(
        time_zone=schedule.time_zone,
        windows=tuple(
            window.model_copy(
                update={
                    "begin": window.begin.replace(second=0),
                    "end": window.end.replace(second=0),
                }
            )
            for window in schedule.windows
        ),
    )
    begin = begin.replace(second=0, microsecond=0)
    looks = sum(whole.is_on(begin + timedelta(minutes=number)) for number in range(minutes))

    assert whole.on_s(begin, begin + timedelta(minutes=minutes)) == 60.0 * looks


def test_the_time_it_applies_is_known_to_the_second() -> None:
    schedule = in_berlin(Window(begin=time(8, 0, 10), end=time(8, 0, 15)))
    day = datetime(2026, 11, 24, tzinfo=BERLIN)

    assert schedule.on_s(day, day + timedelta(days=2)) == 10.0
    assert schedule.on_s(day, day) == 0.0
