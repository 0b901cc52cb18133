using System.Globalization;
using System.Text.RegularExpressions;

namespace MissBgm.Runtime.Sensitivity;

/// <summary>What is concluded of a statistic: that it lies above or below a number, such as <c>&gt; 3.2</c>.</summary>
/// <param name="Above">Whether above.</param>
/// <param name="Inclusive">Whether the number itself counts.</param>
/// <param name="Bound">The number.</param>
public sealed partial record Conclusion(bool Above, bool Inclusive, double Bound)
{
    /// <summary>Reads a conclusion: &gt;, &gt;=, &lt; or &lt;= and a number.</summary>
    /// <exception cref="UserInputException">It is none.</exception>
    public static Conclusion Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var match = Pattern().Match(text.Trim());
        if (!match.Success)
        {
            throw new UserInputException(
                $"the conclusion '{text}' cannot be read; give >, >=, < or <= and a number, such as \"> 3.2\".");
        }
        if (!double.IsFinite(double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)))
        {
            throw new UserInputException($"the conclusion '{text}': the number is beyond all numbers; allowed is up to 1.8e308.");
        }
        return new Conclusion(
            match.Groups["sign"].Value == ">", match.Groups["equal"].Length > 0,
            double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture));
    }

    /// <summary>How far a value lies on the conclusion's side of the bound; negative on the other.</summary>
    public double Margin(double value) => Above ? value - Bound : Bound - value;

    /// <summary>Whether it holds of a value.</summary>
    public bool Holds(double value) => Margin(value) > 0 || (Inclusive && value == Bound);

    /// <inheritdoc />
    public override string ToString() => $"{(Above ? '>' : '<')}{(Inclusive ? "=" : "")} {Bound}";

    [GeneratedRegex(@"^(?<sign>[<>])(?<equal>=?)\s*(?<number>[+-]?\d*\.?\d+([eE][+-]?\d+)?)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
