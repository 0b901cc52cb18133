namespace MissBgm.Trainer.Pfn.Evaluation;

/// <summary>How the averaged weights do on a real table; NaN where it has no target or no numbers.</summary>
/// <param name="Table">The table's file name.</param>
/// <param name="Target">The column that is told; null for none.</param>
/// <param name="LogLoss">Cross-entropy of the query rows' labels, nats.</param>
/// <param name="Accuracy">Share of the query rows whose likeliest class is the right one.</param>
/// <param name="Auc">Area under the ROC curve; of several classes each against the rest, averaged.</param>
/// <param name="ImputationError">Mean absolute error of hidden numbers, in standard deviations of their columns.</param>
/// <param name="ColumnMeanError">The same of the means of what is shown.</param>
public sealed record TableScores(string Table, string? Target, double LogLoss, double Accuracy, double Auc, double ImputationError, double ColumnMeanError)
{
    /// <summary>The header of the scores' file.</summary>
    public const string Header = "step,tasks,table,target,log_loss,accuracy,auc,imputation_error,column_mean_error";

    /// <summary>The scores as a line of that file.</summary>
    public string ToLine(long step, long tasks) => string.Join(
        ',',
        [
            $"{step}", $"{tasks}", Quote(Table), Quote(Target ?? ""),
            .. new[] { LogLoss, Accuracy, Auc, ImputationError, ColumnMeanError }.Select(score =>
                double.IsNaN(score) ? "" : score.ToString("F5")),
        ]);

    /// <summary>The scores in words.</summary>
    public override string ToString()
    {
        var labels = Target is null ? "" : $" {Target}: log loss {LogLoss:0.0000}, accuracy {Accuracy:0.000}, AUC {Auc:0.0000};";
        var numbers = double.IsNaN(ImputationError)
            ? " no numbers to impute"
            : $" imputation error {ImputationError:0.0000} (column mean {ColumnMeanError:0.0000})";
        return $"{Table}:{labels}{numbers}";
    }

    private static string Quote(string text) => text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
