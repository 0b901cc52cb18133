namespace MissBgm.Runtime.Analysis;

/// <summary>A column as a formula names it, with a function or a power of it.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Function">One of <see cref="Functions"/>; null for the column itself.</param>
/// <param name="Power">The exponent of <c>I(x^2)</c>; 1 for none.</param>
public sealed record FormulaVariable(string Column, string? Function = null, int Power = 1)
{
    /// <summary>Takes a column of numbers as levels.</summary>
    internal const string Factor = "factor";

    /// <summary>The functions of a column that a formula may name, besides powers and <c>factor</c>.</summary>
    internal static IReadOnlyDictionary<string, Func<double, double>> Functions { get; } = new Dictionary<string, Func<double, double>>(StringComparer.Ordinal)
    {
        ["log"] = Math.Log,
        ["log2"] = Math.Log2,
        ["log10"] = Math.Log10,
        ["log1p"] = value => Math.Log(1 + value),
        ["sqrt"] = Math.Sqrt,
        ["exp"] = Math.Exp,
        ["abs"] = Math.Abs,
    };

    /// <summary>Whether a column of numbers is taken as levels.</summary>
    internal bool IsFactor => Function == Factor;

    /// <summary>The number that a cell's number stands for.</summary>
    internal double Apply(double value) => Power != 1 ? Math.Pow(value, Power) : Function is null || IsFactor ? value : Functions[Function](value);

    /// <summary>The name, as R's model matrix has it.</summary>
    public override string ToString() => Power != 1 ? $"I({Column}^{Power})" : Function is null ? Column : $"{Function}({Column})";
}
