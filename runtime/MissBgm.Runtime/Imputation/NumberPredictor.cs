using MissBgm.Runtime.Models;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>
/// Predicts a numeric target with a pretrained network: to it the target is a column that the test rows lack, imputed from the other columns with the
/// training rows as context (PFN-Flow Section 5.2). Nothing is fitted.
/// </summary>
/// <param name="imputer">A pretrained network.</param>
public sealed class NumberPredictor(Imputer imputer)
{
    private const int FewestRows = 2;

    /// <summary>Whether a training table's column is of amounts, which are foretold as numbers, and not of classes.</summary>
    /// <param name="train">The table.</param>
    /// <param name="target">The column; a table without it has no such amounts.</param>
    public static bool IsAmount(Table train, string target) => ClassLabels.AreAmounts(train, target);

    /// <summary>Predicts the target of a table's rows.</summary>
    /// <param name="train">The table with the target; missing cells stay missing.</param>
    /// <param name="test">The rows to predict, with the same columns in any order; a target column, if there, is not read.</param>
    /// <param name="target">The target's column.</param>
    /// <param name="options">How; the defaults if null.</param>
    /// <param name="alpha">The intervals cover 1 - alpha.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <exception cref="UserInputException">No such target, one that is not of different numbers, differing columns, or a fitted model.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public NumberPrediction Predict(
        Table train, Table test, string target, PredictOptions? options = null, double alpha = 0.05, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        options ??= new PredictOptions();
        options.Validate();
        if (imputer.Predictor is null)
        {
            throw new UserInputException($"{imputer.Path} is fitted to one table and imputes; predictions come from PFN-Flow models, such as models/pfn-nano.");
        }

        var rows = Targeted(train, target);
        var schema = TableSchema.Detect(train, Declared(target, options.Ignored));
        var used = schema.Modelled.Where(column => column.Name != target).ToArray();
        if (used.Length == 0) throw new UserInputException($"{train.Source}: there is no column besides the target that tells rows apart; add at least one.");
        var joined = new JoinedTables(train, rows, test, target, used);
        var imputed = imputer.Impute(
            joined.Table,
            new ImputeOptions
            {
                Inference = imputer.Inference with { Alpha = alpha },
                Seed = options.Seed,
                Threads = options.Threads,
                Ensemble = options.Ensemble,
                MaximumContext = options.MaximumContext,
                FirstRow = rows.Length,
                Foretold = new ForetoldColumn(target, rows.Length),
                Columns = joined.Columns,
            },
            null,
            cancellation);
        var cells = imputed.Cells.Where(cell => cell.Column == used.Length).OrderBy(cell => cell.Row).ToArray();
        return new NumberPrediction(
            Array.ConvertAll(cells, cell => cell.Mean), Array.ConvertAll(cells, cell => cell.Sd), Array.ConvertAll(cells, cell => cell.Lower),
            Array.ConvertAll(cells, cell => cell.Upper))
        {
            UnseenCategories = joined.Unseen,
            UnlabelledRows = train.Rows - rows.Length,
            Carried =
            [
                .. schema.Carried,
                .. schema.Columns.Where(column => column.IsConstant).Select(column => new CarriedColumn(column.Name, CarriedReason.Constant)),
            ],
        };
    }

    private static ColumnDeclarations Declared(string target, IReadOnlyList<string> ignored) => new()
    {
        Columns = ignored.Where(name => name != target).Select(name => (name, new ColumnDeclaration { Role = ColumnRole.Ignore }))
            .Append((target, new ColumnDeclaration { Type = ColumnType.Numeric, Origin = "--target" }))
            .ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal),
    };

    // The training rows that have the target.
    private static int[] Targeted(Table train, string target)
    {
        var column = train.Header.ToList().IndexOf(target);
        if (column < 0) throw new UserInputException($"{train.Source}: there is no column '{target}' to predict; give one of its columns as --target.");
        int[] rows = [.. Enumerable.Range(0, train.Rows).Where(row => !train.IsMissing(row, column))];
        var values = Array.ConvertAll(rows, row => train.Number(row, column));
        return values.Distinct().Count() >= FewestRows
            ? rows
            : throw new UserInputException(
                $"{train.Source}: column '{target}' has {(rows.Length == 0 ? "no number at all" : "one number only")}; "
                + $"give at least two rows that differ in it.");
    }
}
