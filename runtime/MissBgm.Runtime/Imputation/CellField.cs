using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>One column of the file of cells.</summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="Text">A cell's text, given the schema of the column that it is missing from; empty where there is nothing to say.</param>
/// <param name="OfLevels">Whether only tables with discrete columns have it.</param>
internal sealed record CellField(string Name, Func<ImputedCell, ColumnSchema, string> Text, bool OfLevels = false)
{
    /// <summary>A number in the units of a column.</summary>
    internal static string Number(double value, ColumnSchema column) => double.IsNaN(value) ? ""
        : column.Notation?.DateFormat is { } format ? DateNotations.Write(value, format)
        : NumberText.Format(value, column.Scale);

    /// <summary>A difference of numbers in the units of a column; of dates in days.</summary>
    internal static string Difference(double value, ColumnSchema column) => double.IsNaN(value) ? "" : NumberText.Format(value, column.Scale);

    /// <summary>A number in the units of a column, or a level of it.</summary>
    internal static string Value(double value, ColumnSchema column) =>
        double.IsNaN(value) ? "" : column.IsDiscrete ? Quote(NumberText.Format(value, column)) : Number(value, column);

    /// <summary>A number without units.</summary>
    internal static string Plain(double value, string format) => double.IsNaN(value) ? "" : value.ToString(format);

    /// <summary>The levels of a column with their probabilities, such as <c>no=0.25;yes=0.75</c>.</summary>
    internal static string Shares(IReadOnlyList<double>? probabilities, ColumnSchema column) =>
        probabilities is null ? "" : Quote(string.Join(';', probabilities.Zip(column.Levels!, (probability, level) => $"{level}={probability:0.####}")));

    /// <summary>A text as a field of the file.</summary>
    internal static string Quote(string text) => TableFormat.Default.Quote(text);
}
