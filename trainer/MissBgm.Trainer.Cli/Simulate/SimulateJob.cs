using MissBgm.Runtime;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Simulation;

namespace MissBgm.Trainer.Cli.Simulate;

/// <summary>Simulates and writes the files; a table that is hidden from keeps its texts as they are.</summary>
internal static class SimulateJob
{
    /// <summary>Does what is asked.</summary>
    /// <exception cref="UserInputException">The table is not complete or not numeric, or a file cannot be written.</exception>
    public static SimulateSummary Run(SimulateRequest request, CancellationToken cancellation = default)
    {
        using var folder = new SimulationFolder(request.Output);
        var observed = request.Kind == SimulationKind.Oracle ? WriteOracle(folder, request) : WriteMasked(folder, request);
        cancellation.ThrowIfCancellationRequested();
        folder.Commit();
        return new SimulateSummary(observed.Rows, observed.Columns, observed.Values.Count(o => o == 0), folder.Written);
    }

    private static Matrix<byte> WriteOracle(SimulationFolder folder, SimulateRequest request)
    {
        var data = OracleBenchmark.Simulate(request.Settings);
        var header = Enumerable.Range(1, data.Complete.Columns).Select(j => $"x{j}").ToArray();
        var complete = Table.FromText(header, Array.ConvertAll(data.Complete.Values, x => x.ToString("R")), MissingTokens.Default);
        folder.WriteTables(complete, data.Observed);
        folder.WriteMatrix("x_full.npy", data.Complete);
        folder.WriteMatrix("mu.npy", data.Mean);
        folder.WriteVector("sigma.npy", data.Sigma);
        folder.WriteOracle(header, data.Cells(request.Alpha));
        return data.Observed;
    }

    private static Matrix<byte> WriteMasked(SimulationFolder folder, SimulateRequest request)
    {
        var table = TableReader.Read(request.Data!);
        CompleteTable.Require(table);
        var (rate, seed) = (request.Settings.MissingRate, request.Settings.Seed);
        if (request.Kind == SimulationKind.Mcar) return Write(McarMask.Draw(table.Rows, table.Columns, rate, seed));
        var standardised = StandardScaler.Transform(CompleteTable.Values(table));
        folder.WriteMatrix("x_full.npy", standardised);
        return Write(request.Kind == SimulationKind.RealMnar ? MnarMask.Draw(standardised, rate, seed) : LogisticM2MMask.Draw(standardised, rate, seed));

        Matrix<byte> Write(Matrix<byte> observed)
        {
            folder.WriteTables(table, observed);
            return observed;
        }
    }
}
