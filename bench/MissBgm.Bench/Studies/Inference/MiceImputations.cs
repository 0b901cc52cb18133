using System.Diagnostics;
using MissBgm.Runtime;
using MissBgm.Runtime.Tables;

namespace MissBgm.Bench.Studies.Inference;

/// <summary>R's mice, or Amelia: one call of <c>bench/peers/mice_multiple.R</c> for several tables.</summary>
/// <param name="name">Its name in the results.</param>
/// <param name="method">mice's univariate method, or amelia.</param>
/// <param name="imputations">m.</param>
internal sealed class MiceImputations(string name, string method, int imputations) : IMultipleImputer
{
    public string Name => name;

    public IReadOnlyList<IReadOnlyList<double[]>> Impute(IReadOnlyList<double[]> tables, IReadOnlyList<string> columns, int seed)
    {
        var folder = Directory.CreateTempSubdirectory("missbgm-bench-");
        try
        {
            var (input, output) = (Path.Combine(folder.FullName, "in.csv"), Path.Combine(folder.FullName, "out.csv"));
            string[] header = ["rep", .. columns];
            File.WriteAllLines(
                input,
                tables
                    .SelectMany((table, rep) =>
                        table.Chunk(columns.Count)
                            .Select(row => $"{rep},{string.Join(',', row.Select(v => double.IsNaN(v) ? "NA" : v.ToString("R")))}"))
                    .Prepend(string.Join(',', header)));
            Run(Repository.Path("bench", "peers", "mice_multiple.R"), method, input, output, $"{imputations}", $"{seed}");
            var completed = tables.Select(table => Enumerable.Range(0, imputations).Select(_ => (double[])table.Clone()).ToArray()).ToArray();
            var lines = TableReader.Read(output);
            for (var i = 0; i < lines.Rows; i++)
            {
                int At(int column) => (int)lines.Number(i, column);
                completed[At(0)][At(1)][At(2) * columns.Count + At(3)] = lines.Number(i, 4);
            }

            return completed;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("Rscript", arguments) { RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var process = Process.Start(start) ?? throw new UserInputException("Rscript cannot be started; install Debian's r-cran-mice.");
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new UserInputException($"Rscript failed: {error}");
    }
}
