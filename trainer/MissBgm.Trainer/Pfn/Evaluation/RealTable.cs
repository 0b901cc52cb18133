using MissBgm.Runtime;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Pfn.Network;

namespace MissBgm.Trainer.Pfn.Evaluation;

/// <summary>
/// A real table as the network takes it, with a fixed choice of rows in a fixed order and a fixed mask, so that evaluations of a run compare. Numbers are
/// standardised over the whole table, texts coded as <see cref="GaussianCoding"/> says; numbers come first. The target is no feature.
/// </summary>
internal sealed class RealTable
{
    private const int MostRows = 500;
    private const double HiddenShare = 0.2;

    private RealTable(EvaluationTable source, int features, int numbers) => (Source, Features, Numbers) = (source, features, numbers);

    /// <summary>Where it comes from.</summary>
    public EvaluationTable Source { get; }

    /// <summary>Number of features, f.</summary>
    public int Features { get; }

    /// <summary>How many of them, the first, are numbers.</summary>
    public int Numbers { get; }

    /// <summary>Number of chosen rows, n.</summary>
    public int Rows => Labels.Length;

    /// <summary>Values of the chosen rows, 0 where missing, [n, f].</summary>
    public required float[] Values { get; init; }

    /// <summary>1 where a value is observed, [n, f].</summary>
    public required float[] Observed { get; init; }

    /// <summary>1 where an observed number is hidden to be imputed, each with probability 0.2, [n, f].</summary>
    public required float[] Hidden { get; init; }

    /// <summary>The class of each chosen row from 0; -1 without a label, [n].</summary>
    public required int[] Labels { get; init; }

    /// <summary>Number of classes; 0 without a target.</summary>
    public required int Classes { get; init; }

    /// <summary>Reads a table.</summary>
    /// <exception cref="UserInputException">It cannot be read, has no such target, or does not fit the network.</exception>
    public static RealTable Read(EvaluationTable source, NetworkConfig network)
    {
        var table = TableReader.Read(source.File);
        var label = new ColumnDeclaration { Type = ColumnType.Categorical, Origin = source.Origin };
        var declared = new ColumnDeclarations { Columns = source.Target is { } name ? new Dictionary<string, ColumnDeclaration> { [name] = label } : [] };
        ColumnDeclarationReader.RequireKnown(declared, table);
        var schema = TableSchema.Detect(table, declared);
        var encoded = schema.Encode(table);
        var target = schema.Modelled.Select(column => column.Name).ToList().IndexOf(source.Target ?? "");
        int[] columns = [.. Enumerable.Range(0, encoded.Columns).Where(c => c != target)];
        var coding = new GaussianCoding([.. columns.Select(c => schema.Modelled[c])], normal: false);
        var classes = source.Target is null ? 0 : target < 0 ? 1 : schema.Modelled[target].Levels!.Count;
        Require(source, network, coding.Columns, classes);

        var order = new Philox(0).Permutation(table.Rows, RandomPurpose.PriorEvaluation, 0)[..Math.Min(table.Rows, MostRows)];
        var coded = coding.Encode(new EncodedTable(order.Length, columns.Length, Pick(encoded.Values, columns), Pick(encoded.Observed, columns)));
        var numbers = columns.Count(c => !schema.Modelled[c].IsDiscrete);
        return new RealTable(source, coding.Columns, numbers)
        {
            Values = coded.Values,
            Observed = coded.Observed,
            Hidden = Hide(coded.Observed, coding.Columns, numbers),
            Labels = target < 0
                ? [.. order.Select(_ => -1)]
                : [.. Pick(encoded.Values, [target]).Zip(Pick(encoded.Observed, [target]), (value, known) => known == 1 ? (int)value : -1)],
            Classes = classes,
        };

        float[] Pick(float[] cells, int[] chosen) => [.. order.SelectMany(row => chosen.Select(c => cells[row * encoded.Columns + c]))];
    }

    private static void Require(EvaluationTable source, NetworkConfig network, int features, int classes)
    {
        if (features == 0 || features > network.Features)
        {
            throw new UserInputException(
                $"{source.Origin}: {source.File} has {features} features besides the target; allowed is 1 to {network.Features}, "
                + "what network.features has room for. Leave columns out, or name another table.");
        }

        if (source.Target is { } target && (classes < 2 || classes > network.Classes))
        {
            throw new UserInputException(
                $"{source.Origin}: column '{target}' of {source.File} has {classes} different values; allowed is 2 to {network.Classes}, "
                + "what network.classes has room for. Name another target, or none.");
        }
    }

    private static float[] Hide(float[] observed, int features, int numbers)
    {
        var uniforms = new float[observed.Length];
        new Philox(0).Uniforms(uniforms, RandomPurpose.PriorEvaluation, 1, 0, 0);
        return [.. observed.Select((known, cell) => known == 1 && cell % features < numbers && uniforms[cell] < HiddenShare ? 1f : 0f)];
    }
}
