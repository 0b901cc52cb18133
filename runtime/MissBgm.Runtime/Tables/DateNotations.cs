using System.Globalization;

namespace MissBgm.Runtime.Tables;

/// <summary>Finds how the dates and times of a column are written. Their numbers are days since 1970-01-01, of times alone the part of a day.</summary>
internal static class DateNotations
{
    private static readonly DateTime Origin = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    // Two digits of day and month before one, so that what is written back has as many.
    private static readonly string[] Days =
    [
        "yyyy-MM-dd", "yyyy-M-d", "yyyy/MM/dd", "yyyy/M/d", "yyyy.MM.dd", "yyyyMMdd", "dd.MM.yyyy", "d.M.yyyy", "dd-MM-yyyy", "d-M-yyyy",
        "dd-MMM-yyyy", "d-MMM-yyyy", "dd MMM yyyy", "d MMM yyyy",
        "ddMMMyyyy", "MMM d, yyyy", "MMMM d, yyyy", "d MMMM yyyy", "dd-MMM-yy", "d-MMM-yy", "yyyy-MM",
    ];

    private static readonly string[] DayFirst = ["dd/MM/yyyy", "d/M/yyyy", "dd/MM/yy", "d/M/yy"];

    private static readonly string[] MonthFirst = ["MM/dd/yyyy", "M/d/yyyy", "MM/dd/yy", "M/d/yy", "MM-dd-yyyy", "M-d-yyyy"];

    private static readonly string[] Times =
    [
        "", " HH:mm", " HH:mm:ss", " HH:mm:ss.FFFFFFF", "'T'HH:mm", "'T'HH:mm:ss", "'T'HH:mm:ss.FFFFFFF", "'T'HH:mm:ss'Z'",
        "'T'HH:mm:ss.FFFFFFF'Z'", " H:mm", " H:mm:ss", " h:mm tt", " h:mm:ss tt",
    ];

    private static readonly string[] TimesAlone = ["HH:mm", "HH:mm:ss", "H:mm", "H:mm:ss", "HH:mm:ss.FFFFFFF", "h:mm tt"];

    /// <summary>The notation in which all of a column's texts are dates or times; null if there is none.</summary>
    /// <param name="texts">The observed cells.</param>
    /// <param name="dayFirst">Whether 1/2/2020 is the first of February, where the column leaves it open.</param>
    internal static Notation? Find(IReadOnlyList<string> texts, bool dayFirst)
    {
        if (texts.Count == 0 || !Array.TrueForAll([.. texts.Take(3)], MayBeDate)) return null;
        string[] slashed = dayFirst ? [.. DayFirst, .. MonthFirst] : [.. MonthFirst, .. DayFirst];
        var formats = slashed.Concat(Days).SelectMany(day => Times.Select(time => day + time)).Concat(TimesAlone);
        foreach (var format in formats)
        {
            if (TryParse(texts[0], format, out _) && texts.All(text => TryParse(text, format, out _))) return new Notation { DateFormat = format };
        }

        return null;
    }

    /// <summary>Reads a date as its number.</summary>
    internal static bool TryParse(string text, string format, out double value)
    {
        value = 0;
        if (!DateTime.TryParseExact(text.Trim(), format, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out var date)) return false;
        // Numbers of eight digits are dates only in the years that people write of.
        if (format == "yyyyMMdd" && date.Year is < 1850 or > 2150) return false;
        value = format.Contains('y', StringComparison.Ordinal) ? (date - Origin).TotalDays : date.TimeOfDay.TotalDays;
        return true;
    }

    /// <summary>Writes a number as a date, rounded to what the format shows.</summary>
    internal static string Write(double value, string format)
    {
        var ticks = Math.Round(value * TimeSpan.TicksPerDay / Step(format)) * Step(format);
        var alone = !format.Contains('y', StringComparison.Ordinal);
        var least = alone ? 0 : (double)-Origin.Ticks;
        var most = alone ? TimeSpan.TicksPerDay - Step(format) : (double)(DateTime.MaxValue.Ticks - Origin.Ticks - TimeSpan.TicksPerDay);
        return (alone ? default : Origin).AddTicks((long)Math.Clamp(ticks, least, most)).ToString(format, CultureInfo.InvariantCulture);
    }

    private static long Step(string format) => format switch
    {
        _ when format.Contains('F', StringComparison.Ordinal) => TimeSpan.TicksPerMillisecond,
        _ when format.Contains("ss", StringComparison.Ordinal) => TimeSpan.TicksPerSecond,
        _ when format.Contains("mm", StringComparison.Ordinal) => TimeSpan.TicksPerMinute,
        _ => TimeSpan.TicksPerDay,
    };

    private static bool MayBeDate(string text)
    {
        var trimmed = text.AsSpan().Trim();
        return trimmed.Length is >= 4 and <= 40 && trimmed.ContainsAnyInRange('0', '9') && (trimmed.IndexOfAny("-/.: ") > 0 || trimmed.Length is 8 or 9);
    }
}
