using System.Runtime.InteropServices;
using MissBgm.Bench.Imputers;

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

    private static (double[], double) OfProgram(PeerTable table, string[] command) => InFolder(folder =>
    {
        var (input, output) = (Path.Combine(folder, "in"), Path.Combine(folder, "out"));
        File.WriteAllBytes(input, MemoryMarshal.AsBytes(table.Incomplete().AsSpan()));
        var seconds = PeerProgram.Run(command, input, output, $"{table.Rows}", $"{table.Columns}", table.Kinds);
        return (MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(output)).ToArray(), seconds);
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
