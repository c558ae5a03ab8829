//! Dates as rotation writes them into names: counted, and written again.
//!
//! Only what a name needs: no zones, no seconds, no locale. Times of log lines are read elsewhere.

/// A date or an hour in a name.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Date {
    pub(super) year: u16,
    pub(super) month: u8,
    pub(super) day: u8,
    pub(super) hour: Option<u8>,
}

/// How a date is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Style {
    /// `20240131`, and with an hour `2024013107` (logrotate's `dateext`).
    Compact,
    /// `1706659200`: seconds since 1970, to the hour (Apache's `rotatelogs` without a format).
    Epoch,
    /// `240131`, and with an hour `24013107` (IIS).
    Iis,
    /// `2401` (IIS).
    IisMonth,
    /// `Jan-2024` (cPanel).
    MonthName,
    /// `2024-01-31`, and with an hour `2024-01-31-07`: the characters between the parts of the date, and before the hour.
    Parted(char, char),
    /// `2024-01`.
    PartedMonth(char),
}

/// The unit in which the files of a style follow one another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Unit {
    Day,
    Hour,
    Month,
}

/// A place on the line of all hours, days or months.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) unit: Unit,
    pub(super) number: i64,
}

/// The names of months as cPanel writes them.
pub(super) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Date {
    /// A date that exists, between 1990 (there were no logs of this kind before) and 2099.
    pub(super) fn new(year: u64, month: u64, day: u64, hour: Option<u64>) -> Option<Date> {
        let exists = (1990..=2099).contains(&year)
            && (1..=12).contains(&month)
            && hour.is_none_or(|hour| hour < 24);
        if !exists || !(1..=days_in(year as i64, month as i64)).contains(&(day as i64)) {
            return None;
        }
        Some(Date {
            year: year as u16,
            month: month as u8,
            day: day as u8,
            hour: hour.map(|hour| hour as u8),
        })
    }

    pub(super) fn slot(self, style: Style) -> Slot {
        let days =
            days_from_civil(i64::from(self.year), i64::from(self.month), i64::from(self.day));
        match self.hour {
            _ if style.is_month() => Slot { unit: Unit::Month, number: self.month_number() },
            Some(hour) => Slot { unit: Unit::Hour, number: days * 24 + i64::from(hour) },
            None => Slot { unit: Unit::Day, number: days },
        }
    }

    pub(super) fn month_number(self) -> i64 {
        i64::from(self.year) * 12 + i64::from(self.month) - 1
    }

    /// The date at a place of the same unit as this one's.
    pub(super) fn at(self, style: Style, number: i64) -> Date {
        if style.is_month() {
            return self.in_month(number);
        }
        let days = if self.hour.is_some() { number.div_euclid(24) } else { number };
        let (year, month, day) = civil_from_days(days);
        Date {
            year: year as u16,
            month: month as u8,
            day: day as u8,
            hour: self.hour.map(|_| number.rem_euclid(24) as u8),
        }
    }

    /// The same day of another month.
    pub(super) fn in_month(self, number: i64) -> Date {
        Date { year: number.div_euclid(12) as u16, month: number.rem_euclid(12) as u8 + 1, ..self }
    }

    pub(super) fn write(self, style: Style) -> String {
        let Date { year, month, day, hour } = self;
        let compact_hour = hour.map_or_else(String::new, |hour| format!("{hour:02}"));
        match style {
            Style::Compact => format!("{year:04}{month:02}{day:02}{compact_hour}"),
            Style::Epoch => (self.slot(style).number * 3600).to_string(),
            Style::Iis => format!("{:02}{month:02}{day:02}{compact_hour}", year % 100),
            Style::IisMonth => format!("{:02}{month:02}", year % 100),
            Style::MonthName => format!("{}-{year:04}", MONTHS[usize::from(month - 1) % 12]),
            Style::Parted(c, before_hour) => {
                let hour = hour.map_or_else(String::new, |hour| format!("{before_hour}{hour:02}"));
                format!("{year:04}{c}{month:02}{c}{day:02}{hour}")
            }
            Style::PartedMonth(c) => format!("{year:04}{c}{month:02}"),
        }
    }
}

impl Style {
    pub(super) fn is_month(self) -> bool {
        matches!(self, Style::IisMonth | Style::MonthName | Style::PartedMonth(_))
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    days_from_civil(next_year, next_month, 1) - days_from_civil(year, month, 1)
}

/// Days since 1970-01-01 of a Gregorian date. The year is counted from March, so that the leap day is its last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The Gregorian date of days since 1970-01-01.
pub(super) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree() {
        assert_eq!(days_from_civil(1970, 1, 1), 0);
        assert_eq!(days_from_civil(2024, 2, 29), 19_782);
        for days in -1000..50_000 {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
    }
}
