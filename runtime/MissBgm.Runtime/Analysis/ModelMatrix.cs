using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Analysis;

/// <summary>The columns that a formula makes of a table: numbers as they are, levels as indicators, products for interactions.</summary>
/// <param name="Names">Their names, as R's <c>model.matrix</c> gives them.</param>
/// <param name="Columns">Their values, [terms][rows].</param>
internal sealed record ModelMatrix(IReadOnlyList<string> Names, IReadOnlyList<double[]> Columns)
{
    /// <summary>The name of the intercept.</summary>
    internal const string Intercept = "(Intercept)";

    /// <summary>Builds the columns.</summary>
    internal static ModelMatrix Of(ModelFrame frame, Formula formula, Table table)
    {
        var names = new List<string>();
        var columns = new List<double[]>();
        // Without an intercept the first levels of the formula take its place.
        var whole = formula.Terms.Contains(FormulaTerm.Intercept);
        foreach (var term in formula.Terms)
        {
            List<(string Name, double[] Values)> product = [("", Array.ConvertAll(frame.Rows, _ => 1.0))];
            // The first variable's levels change fastest.
            foreach (var variable in term.Variables)
            {
                var rest = term.Without(variable);
                var contrasts = (rest.Variables.Count == 0 || formula.Terms.Contains(rest)) && (whole || frame.Levels(variable) is null);
                whole |= frame.Levels(variable) is not null;
                var own = Coded(frame, table, variable, contrasts);
                product =
                [
                    .. from right in own
                        from left in product
                        select (left.Name.Length == 0 ? right.Name : $"{left.Name}:{right.Name}", Multiply(left.Values, right.Values)),
                ];
            }

            names.AddRange(product.Select(column => column.Name.Length == 0 ? Intercept : column.Name));
            columns.AddRange(product.Select(column => column.Values));
        }

        return new ModelMatrix(names, columns);
    }

    // Levels are contrasted with the first (treatment contrasts) where the term without the variable is in the formula, or is the
    // intercept; else each has an indicator.
    private static IEnumerable<(string Name, double[] Values)> Coded(ModelFrame frame, Table table, FormulaVariable variable, bool contrasts)
    {
        if (frame.Levels(variable) is not { } levels) return [($"{variable}", frame.Numbers(table, variable))];
        var codes = frame.Codes(table, variable);
        return Enumerable.Range(0, levels.Length).Skip(contrasts ? 1 : 0)
            .Select(level => ($"{variable}{levels[level]}", Array.ConvertAll(codes, code => code == level ? 1.0 : 0.0)));
    }

    private static double[] Multiply(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a * b)];
}
