using MissBgm.Report.Findings;
using MissBgm.Report.Pictures;
using MissBgm.Runtime.Tables;

namespace MissBgm.Report.Pages.Prediction;

/// <summary>The report of predicted labels: one HTML file that needs nothing but a browser. The same prediction gives the same bytes.</summary>
public static class PredictionPage
{
    private const int MostUnsure = 25;
    private const int MostColumns = 12;

    /// <summary>Writes the page.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="findings">What there is to say.</param>
    public static void Write(Stream stream, PredictionFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(Page.Of(
            $"Prediction of {findings.Target}",
            Lead(findings),
            [
                ("predictions", "Predictions", Predictions(findings)),
                ("calibration", "Calibration on the context", Context(findings)),
                ("known", "Where labels are known", Known(findings)),
                ("rows", "The least sure rows", Unsure(findings)),
                ("settings", "Settings, versions, hashes", Settings(findings)),
                ("citation", "How to cite", Citation.Of(fitted: false, findings.ToolVersion)),
            ]));
    }

    private static Html Lead(PredictionFindings findings) => Html.Of(
        $"""
        <p class="eyebrow">Prediction report · MissBGM Toolchain {findings.ToolVersion}</p>
        <h1>{findings.Target} of {Path.GetFileName(findings.Test.Source)}</h1>
        <p class="lead">{Figure.Count(findings.Prediction.Rows, "prediction:rows")} rows labelled with one of {Figure.Count(findings.Prediction.Classes.Count, "prediction:classes")} classes, from {Figure.Count(findings.ContextRows, "context:rows")} labelled rows of {Path.GetFileName(findings.Train.Source)} in a forward pass of a pretrained network; nothing was fitted.</p>
        <p class="verdict plain">{Verdict(findings)}</p>
        """);

    private static string Verdict(PredictionFindings findings) => (findings.Known, findings.Context) switch
    {
        ({ } known, _) => $"{known.Accuracy:P1} of {known.Rows} known labels right",
        (_, { } context) => $"{context.Accuracy:P1} of the context right when hidden",
        _ => "Too few labelled rows to tell how good it is",
    };

    private static Html Predictions(PredictionFindings findings)
    {
        var (prediction, count) = (findings.Prediction, findings.Prediction.Classes.Count);
        string[] predicted = [.. Enumerable.Range(0, prediction.Rows).Select(prediction.Predicted)];
        return Html.Of(
            $"""
            {Pieces.Notes(Notes(findings))}
            <div class="wide">{Pieces.Picture(PredictionPicture.Confidence(findings), "confidence", Html.Of($"Rows by the probability of their likeliest class."))}</div>
            {Pieces.Table(
                "Classes: their share among labelled rows, how often they are the likeliest, and their mean probability", ["class", "labelled#", "predicted#", "of the rows#", "mean probability#"],
                prediction.Classes.Select((name, k) => (IReadOnlyList<Html>)
                [
                    Pieces.Text(name), Figure.Share(findings.ContextShares[k], "context:share", name),
                    Figure.Count(predicted.Count(label => label == name), "prediction:count", name), Figure.Share(predicted.Average(label => label == name ? 1.0 : 0), "prediction:share", name),
                    Figure.Of(Enumerable.Range(0, prediction.Rows).Average(row => prediction.Probabilities[row * count + k]), "prediction:mean", "0.000", name),
                ]))}
            """);
    }

    private static string[] Notes(PredictionFindings findings) =>
    [
        .. findings.Train.Notes,
        .. findings.Prediction.Carried.Count == 0 ? [] : new[] { $"not used: {CarriedSentence.Listed(findings.Prediction.Carried)}." },
        .. findings.Prediction.UnlabelledRows == 0
            ? []
            : new[] { $"{findings.Prediction.UnlabelledRows} rows of {findings.Train.Source} have no label and were not used." },
        .. findings.Prediction.UnseenCategories.Select(unseen =>
            $"column '{unseen.Key}': {unseen.Value} cells hold a category that {findings.Train.Source} does not have; they counted "
            + $"as missing."),
    ];

    private static Html Context(PredictionFindings findings) => findings.Context is not { } context
        ? Html.Of($"<p>Some class has a single labelled row, so labelled rows cannot be predicted from the others of them.</p>")
        : Html.Of(
            $"""
            <p>Labelled rows were hidden by parts, and each part was predicted from the others: so sure the network would have been, and so often right.</p>
            {Scores(context, "context", findings, "labelled rows")}
            """);

    private static Html Known(PredictionFindings findings) => findings.Known is not { } known
        ? Html.Empty
        : Html.Of(
            $"<p>{findings.Test.Source} has the labels of {Figure.Count(known.Rows, "known:rows")} of its rows. They were not read "
            + $"for the prediction.</p>{Scores(known, "known", findings, "rows of known labels")}");

    private static Html Scores(LabelScores scores, string source, PredictionFindings findings, string of)
    {
        var confusion = PredictionPicture.Confusion(scores, findings.Prediction.Classes, of);
        var which = findings.Prediction.Classes.Count == 2
            ? $"the probability of '{findings.Prediction.Classes[1]}'"
            : "the probability of the likeliest class";
        return Html.Of(
            $"""
            {Pieces.List([
                ("rows", Figure.Count(scores.Rows, $"{source}:rows_scored")), ("right", Figure.Share(scores.Accuracy, $"{source}:accuracy")),
                ("logarithmic loss", Figure.Of(scores.LogLoss, $"{source}:log_loss", "0.000")), ("Brier score", Figure.Of(scores.Brier, $"{source}:brier", "0.000")),
                .. double.IsNaN(scores.Auc) ? [] : new[] { ("area under the ROC curve", Figure.Of(scores.Auc, $"{source}:auc", "0.000")) },
                ("calibration error", Figure.Of(scores.CalibrationError, $"{source}:calibration_error", "0.000")),
            ])}
            <div class="wide">{Pieces.Picture(PredictionPicture.Calibration(scores, of), $"{source}-calibration", Html.Of($"On the dashed line {which} is as often true as it says; bars are 95 % intervals."))}{(confusion is null ? Html.Empty : Pieces.Picture(confusion, $"{source}-confusion", Html.Of($"True classes down, predicted ones across.")))}</div>
            {Pieces.Details("The calibration in numbers", Pieces.Table(
                "Rows of about the same predicted probability", ["predicted#", "came true#", "lower#", "upper#", "rows#"],
                scores.Bins.Select((bin, i) => (IReadOnlyList<Html>)
                [
                    Figure.Of(bin.Predicted, $"{source}:bins.{i}.predicted", "0.000"), Figure.Of(bin.Observed, $"{source}:bins.{i}.observed", "0.000"),
                    Figure.Of(bin.Lower, $"{source}:bins.{i}.lower", "0.000"), Figure.Of(bin.Upper, $"{source}:bins.{i}.upper", "0.000"), Figure.Count(bin.Rows, $"{source}:bins.{i}.rows"),
                ])))}
            """);
    }

    private static Html Unsure(PredictionFindings findings)
    {
        var (prediction, classes) = (findings.Prediction, findings.Prediction.Classes);
        int[] shown = [.. Enumerable.Range(0, classes.Count).Take(MostColumns)];
        return Pieces.Table(
            $"The {Math.Min(MostUnsure, prediction.Rows)} rows of the least probable "
            + $"predictions{(shown.Length < classes.Count ? $"; of {classes.Count} classes the first {shown.Length}" : "")}",
            ["row", "predicted", .. shown.Select(k => $"{classes[k]}#")],
            findings.Unsure().Take(MostUnsure).Select(row => (IReadOnlyList<Html>)
            [
                Pieces.Text($"{row}"), Figure.Exact(prediction.Predicted(row), "probabilities", prediction.Predicted(row), prediction.PredictedName, $"{row}"),
                .. shown.Select(k => Probability(prediction.Probabilities[row * classes.Count + k], classes[k], row)),
            ]));

        // As the file of probabilities has it.
        static Html Probability(double value, string name, int row) =>
            Figure.Exact(value.ToString("0.########"), "probabilities", value.ToString("0.000"), name, $"{row}");
    }

    private static Html Settings(PredictionFindings findings)
    {
        var (manifest, options) = (findings.Model.Manifest, findings.Options);
        Html Number(string name, double value) => Figure.Of(value, $"settings:{name}", "0");
        return Html.Of(
            $"""
            {Pieces.List([
                ("labelled table", Pieces.Text(findings.Train.Source)), ("rows to label", Pieces.Text(findings.Test.Source)), ("model", Pieces.Text(findings.Model.Path)),
                ("network", Html.Of($"{Figure.Count(manifest.Features, "manifest:features")} features and {Figure.Count(manifest.Classes, "manifest:classes")} classes a pass, pretrained on {Figure.Count(manifest.Training.Tasks, "manifest:training.tasks")} tasks")),
                ("passes averaged", Number("ensemble", options.Ensemble)), ("context of a pass", Html.Of($"at most {Number("context_rows", options.MaximumContext)} rows")),
                ("seed", Figure.Exact($"{options.Seed}", "settings:seed", $"{options.Seed}")), ("program", Pieces.Text($"missbgm {findings.ToolVersion}")),
            ])}
            {Pieces.Details("The model's files", Pieces.Table(
                "SHA-256 of each file, as the model's manifest has it", ["file", "SHA-256"],
                manifest.Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => (IReadOnlyList<Html>)[Pieces.Text(file.Key), Html.Of($"<span class=\"hash\">{Figure.Exact(file.Value, $"hash:file:{file.Key}", file.Value)}</span>")])))}
            """);
    }
}
