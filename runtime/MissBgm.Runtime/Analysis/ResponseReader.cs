using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Analysis;

/// <summary>Reads the response of a formula, as its family has it.</summary>
internal sealed class ResponseReader
{
    private readonly ModelFrame _frame;
    private readonly FormulaVariable _response;
    private readonly RegressionFamily _family;

    /// <exception cref="UserInputException">The response is of levels where the family is of numbers, or of too many or few.</exception>
    internal ResponseReader(ModelFrame frame, Formula formula, RegressionFamily family)
    {
        (_frame, _response, _family) = (frame, formula.Response, family);
        if (frame.Levels(_response) is not { } levels) return;
        if (family != RegressionFamily.Binomial)
        {
            throw new UserInputException(
                $"The response {_response} holds texts ({Listed(levels)}), and the family {Name} is of numbers; the family "
                + "binomial takes texts of two levels.");
        }
        if (levels.Length != 2)
        {
            throw new UserInputException(
                $"The response {_response} has {levels.Length} {(levels.Length == 1 ? "level" : "levels")} ({Listed(levels)}), and "
                + "the family binomial takes two; merge or choose levels first.");
        }
        Outcome = levels[1];
    }

    /// <summary>The level whose probability is modelled: the second, as in R; null for numbers.</summary>
    internal string? Outcome { get; }

    private string Name => _family.ToString().ToLowerInvariant();

    /// <summary>The responses of a table.</summary>
    /// <exception cref="UserInputException">One is out of the family's range.</exception>
    internal double[] Read(Table table)
    {
        if (Outcome is not null) return Array.ConvertAll(_frame.Codes(table, _response), code => (double)code);
        var values = _frame.Numbers(table, _response);
        var (low, high, allowed) = _family switch
        {
            RegressionFamily.Binomial => (0.0, 1.0, "0 and 1, or shares between them"),
            RegressionFamily.Poisson => (0.0, double.PositiveInfinity, "0 or more"),
            _ => (double.NegativeInfinity, double.PositiveInfinity, ""),
        };
        var fault = Array.FindIndex(values, value => value < low || value > high);
        if (fault < 0) return values;
        throw new UserInputException(
            $"{table.Source}, line {table.Line(_frame.Rows[fault])}: the response {_response} is {values[fault]}; the family "
            + $"{Name} allows {allowed}.");
    }

    private static string Listed(string[] levels) => string.Join(", ", levels.Take(5)) + (levels.Length > 5 ? ", ..." : "");
}
