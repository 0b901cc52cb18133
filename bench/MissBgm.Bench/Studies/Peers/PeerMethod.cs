using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MissBgm.Bench.Studies.Peers;

/// <summary>A way to complete a table of numbers and levels.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Complete">The completed cells, row-major, levels by number, and the seconds of processor time.</param>
internal sealed record PeerMethod(string Name, Func<PeerTable, (double[] Completed, double Seconds)> Complete)
{
    /// <summary>All of them, ours first.</summary>
    public static IReadOnlyList<PeerMethod> All { get; } =
    [
        new("missbgm", OurOwn), Python("missforest"), Python("extratrees"), Python("knn"), Python("histgb"),
        new("mice-pmm", table => OfProgram(table, ["Rscript", Repository.Path("bench", "peers", "mice_pmm.R")])),
    ];

    private static PeerMethod Python(string name) =>
        new(name, table => OfProgram(table, ["/usr/bin/python3", Repository.Path("bench", "peers", "chains.py"), name]));

    // The two programs with their defaults; the mean completion.
    private static (double[], double) OurOwn(PeerTable table) => InFolder(folder =>
    {
        string In(string name) => Path.Combine(folder, name);
        table.Write(In("data.csv"));
        var seconds = Programs.Run("missbgm-train", "fit", "--data", In("data.csv"), "--out", In("model"), "--quiet");
        seconds += Programs.Run("missbgm", "impute", "--model", In("model"), "--data", In("data.csv"), "--out", In("completed.csv"), "--quiet");
        return (table.ReadCompleted(In("completed.csv")), seconds);
    });

    // One thread, as ours; the program prints the seconds of processor time that the imputation took.
    private static (double[], double) OfProgram(PeerTable table, string[] command) => InFolder(folder =>
    {
        var (input, output) = (Path.Combine(folder, "in"), Path.Combine(folder, "out"));
        File.WriteAllBytes(input, MemoryMarshal.AsBytes(table.Incomplete().AsSpan()));
        var start = new ProcessStartInfo(command[0], [.. command[1..], input, output, $"{table.Rows}", $"{table.Columns}", table.Kinds])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var seconds = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)} failed: {errors.Result}");
        return (MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(output)).ToArray(), double.Parse(seconds));
    });

    private static (double[], double) InFolder(Func<string, (double[], double)> work)
    {
        var folder = Directory.CreateTempSubdirectory("missbgm-bench-");
        try
        {
            return work(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
