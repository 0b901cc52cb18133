using MissBgm.Report.Findings;
using MissBgm.Report.Pictures;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Marginals;

namespace MissBgm.Report.Pages.Imputation;

/// <summary>
/// What was chosen, and on what evidence: the mechanism, the generator, the columns' own laws; of a pretrained network, how far it is
/// trusted.
/// </summary>
internal static class ChoiceSection
{
    internal static Html Of(ImputationFindings findings) => findings.Manifest is { } manifest ? Fitted(manifest) : Pretrained(findings);

    private static Html Fitted(Manifest manifest) => Html.Of(
        $"""
        <h3>Why values are missing</h3>
        <p data-sentence="evidence">{(manifest.Evidence is { } evidence ? EvidenceSentence.Describe(evidence) : "Mechanism paper: MissBGM as published, with a network for the mask.")}</p>
        {Masks(manifest.Evidence)}
        <h3>What predicts the missing values</h3>
        <p data-sentence="generator">{(manifest.Generator is { } generator ? GeneratorSentence.Describe(generator) : manifest.Mechanism == Mechanism.Paper ? "A generator network." : "A linear factor model.")}</p>
        {Generators(manifest)}{Marginals(manifest)}
        """);

    private static Html Masks(MechanismEvidence? evidence)
    {
        if (evidence is not { Columns.Count: > 0 }) return Html.Empty;
        var rows = evidence.Columns.Select((column, i) =>
        {
            Html Number(string name, double value, string format = "0.0") => Figure.Of(value, $"manifest:evidence.columns.{i}.{name}", format);
            Html Follows(string name, Func<MaskFollows, double> value, string format = "0.0") =>
                column.Follows is { } follows ? Number($"follows.{name}", value(follows), format) : Figure.Of(double.NaN, "");
            return (IReadOnlyList<Html>)
            [
                Pieces.Text(column.Column), Number("missing_share", column.MissingShare, "0.0 %"), Number("score", column.Score),
                Follows("own_evidence", f => f.OwnEvidence),
                Follows("anchor_evidence", f => f.AnchorEvidence), Pieces.Text(column.Follows?.Anchor ?? ""),
                Follows("sum_evidence", f => f.SumEvidence), Follows("combination_evidence", f => f.CombinationEvidence),
                Follows("slope", f => f.Slope, "0.00"), Follows("slope_error", f => f.SlopeError, "0.00"), Follows("fitted_slope", f => f.FittedSlope, "0.00"),
            ];
        });
        var table = Pieces.Details("The evidence, column by column", Pieces.Table(
            "Logarithms of how much more probable a rule makes the column's mask than a constant chance does; slopes are changes of "
            + "the probit per standard deviation",
            [
                "column", "missing#", "cut off#", "own value#", "another column#", "which", "sum of others#", "combination#", "slope#",
                "its error#", "slope used#",
            ],
            rows));
        var legend = Pieces.Legend([.. EvidencePicture.Rivals.Select(rival => (rival.Tone.Name, rival.Name))]);
        var caption = Html.Of($"Farther to the right: the mask is better explained by it.");
        return EvidencePicture.Draw(evidence) is { } chart
            ? Html.Of(
                $"{legend}<div class=\"wide\">{Pieces.Picture(chart, "evidence", caption)}</div>{table}")
            : table;
    }

    private static Html Generators(Manifest manifest)
    {
        if (manifest.Generator is not { HiddenCells: > 0 } generator) return Html.Empty;
        var kinds = generator.Fits.GroupBy(fit => (fit.Components, fit.HiddenCellError)).OrderBy(group => group.Key.Components).ToArray();
        Html First(string name, GeneratorFit fit, double value, string format) =>
            Figure.Of(value, $"manifest:generator.fits.{generator.Fits.ToList().IndexOf(fit)}.{name}", format);
        return Html.Of(
            $"""
            {Pieces.Table(
                "Generators that are averaged, and their errors on observed cells that were hidden from them, in standard deviations", ["components", "fits#", "weight of each#", "error#"],
                kinds.Select(group => (IReadOnlyList<Html>)
                [
                    First("components", group.First(), group.Key.Components, "0"), Pieces.Text($"{group.Count()}"), First("weight", group.First(), group.First().Weight, "0.000"),
                    group.Key.HiddenCellError is { } error ? First("hidden_cell_error", group.First(), error, "0.000") : Figure.Of(double.NaN, ""),
                ]))}
            <p>On {Figure.Count(generator.HiddenCells, "manifest:generator.hidden_cells")} hidden cells the average errs by {Figure.Of(generator.AverageError ?? double.NaN, "manifest:generator.average_error", "0.000")}, the linear generator by {Figure.Of(generator.LinearError ?? double.NaN, "manifest:generator.linear_error", "0.000")}.</p>
            """);
    }

    private static Html Marginals(Manifest manifest)
    {
        var mapped = manifest.Columns.Select((column, i) => (column, i)).Where(pair => pair.column.Marginal is not null).ToArray();
        if (mapped.Length == 0) return Html.Empty;
        return Pieces.Details("How each column's values are drawn", Pieces.Table(
            "The columns' own laws; errors (CRPS) of draws for hidden observed cells, in standard deviations",
            ["column", "law", "as it is#", "with atoms and bounds#", "normal scores#"],
            mapped.Select(pair =>
            {
                var evidence = pair.column.Marginal!.Evidence;
                Html Error(string name, double? value) => value is { } error
                    ? Figure.Of(error, $"manifest:columns.{pair.i}.marginal.evidence.{name}", "0.000")
                    : Figure.Of(double.NaN, "");
                return (IReadOnlyList<Html>)
                [
                    Pieces.Text(pair.column.Name), Pieces.Text(MarginalSentence.Describe(pair.column.Marginal with { Evidence = null })),
                    Error("identity", evidence?.Identity), Error("support", evidence?.Support), Error("normal", evidence?.Normal),
                ];
            })));
    }

    private static Html Pretrained(ImputationFindings findings)
    {
        var overview = findings.Model.Describe().Overview;
        var trust = findings.Imputed.Report.Trust;
        return Html.Of(
            $"""
            <p>A pretrained PFN-Flow network: nothing was fitted. The table itself is the context from which its missing cells are drawn.</p>
            {Pieces.List(overview.Select(entry => (entry.Name, Pieces.Text(entry.Value))))}
            <h3>How far the network is trusted</h3>
            {(trust is not { Cells: > 0 } ? Html.Of($"<p>Too few cells could be hidden to tell; the network's own draws count.</p>") : Html.Of(
                $"<p>Cells of this table were hidden from it for the purpose: {Figure.Count(trust.Cells, "run:trust.cells")} of them. {Figure.Share(trust.Shift, "run:trust.shift")} of the shift that it learned counts beyond regressions on the table, and draws are {Figure.Of(trust.Stretch, "run:trust.stretch", "0.00")} times as wide as its own.</p>"))}
            """);
    }
}
