using System.Text;

namespace MissBgm.Bench.Reports;

/// <summary>A table's figures as CSV, a line each.</summary>
internal static class CsvReport
{
    public static string Write(IReadOnlyList<MethodFigures> methods)
    {
        var text = new StringBuilder("dataset,method,source,metric,mean,sd,runs\n");
        foreach (var method in methods)
        {
            foreach (var ((dataset, metric), figure) in method.Values)
            {
                text.Append($"{dataset},\"{method.Label}\",{(method.Published ? "paper" : "here")},{metric},");
                text.Append($"{figure.Value:G6},{figure.Sd:G3},{(method.Published ? "" : figure.Runs)}\n");
            }
        }

        return text.ToString();
    }
}
