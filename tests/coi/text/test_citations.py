"""A printed citation is split into its parts, and nothing is made up."""

import pytest

from coi.text import citations

AS_PRINTED = {
    "International Crisis Group, Bruxelles: Mali : la paix à marche forcée ?, 22.05.2015, https://www.crisisgroup.org/fr/mali (21.04.2021).": {
        "publisher": "International Crisis Group", "publisher_place": "Bruxelles", "title": "Mali : la paix à marche forcée ?",
        "published_as_printed": "22.05.2015", "published": "2015-05-22", "url": "https://www.crisisgroup.org/fr/mali",
        "accessed": "2021-04-21",
    },
    "HRW, “How Much More Blood”, 10 February 2020, https://www.hrw.org/2020/02/10/how, accessed on 12 May 2021": {
        "publisher": "HRW", "title": "How Much More Blood", "published_as_printed": "10 February 2020",
        "published": "2020-02-10", "url": "https://www.hrw.org/2020/02/10/how", "accessed": "2021-05-12",
    },
    "Harmon, Terror and insurgency, 2016, pp. 173-206.": {
        "publisher": "Harmon", "title": "Terror and insurgency", "published_as_printed": "2016", "published": "2016",
        "pinpoint": "pp. 173-206",
    },
    "UN Security Council, Situation in Mali: Report, S/2021/299, 26 March 2021, p. 4": {
        "publisher": "UN Security Council", "title": "Situation in Mali: Report, S/2021/299",
        "published_as_printed": "26 March 2021", "published": "2021-03-26", "pinpoint": "p. 4",
    },
    "Amnesty International, “All lost”, AFR 37/2014, August 2019": {
        "publisher": "Amnesty International", "title": "All lost", "container": "AFR 37/2014",
        "published_as_printed": "August 2019", "published": "2019-08",
    },
    "https://example.org/a": {"url": "https://example.org/a"},
    " ": {},
}  # fmt: skip


@pytest.mark.parametrize("printed", AS_PRINTED)
def test_a_citation_is_split(printed):
    assert citations.split(printed) == AS_PRINTED[printed]


def test_a_date_that_can_mean_two_days_is_not_read():
    assert list(citations.dates_in("on 03/04/2019 and 23/03/2019")) == [("23/03/2019", "2019-03-23")]


@pytest.mark.parametrize("letter", ["a,", "“", "1.", "https://", "a 1 ", "p. 1"])
def test_long_text_is_split_as_well(letter):
    printed = letter * 4000
    assert all(
        part in printed for name, part in citations.split(printed).items() if name not in ("published", "accessed")
    )
