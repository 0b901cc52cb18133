using System.Text;
using MissBgm.Runtime;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Simulation;
using MissBgm.Trainer.Tensors;

namespace MissBgm.Trainer.Cli.Simulate;

/// <summary>The folder that a simulation fills: all its files appear together, or none.</summary>
internal sealed class SimulationFolder(string path) : IDisposable
{
    private readonly OutputTransaction _files = new();

    /// <summary>The files written so far.</summary>
    public IReadOnlyList<string> Written => _files.Paths;

    /// <summary>Writes complete.csv, incomplete.csv and observed.npy.</summary>
    public void WriteTables(Table complete, Matrix<byte> observed)
    {
        var texts = observed.Values.Select((o, cell) => o == 1 ? complete.Text(cell / complete.Columns, cell % complete.Columns) : "").ToArray();
        WriteTable("complete.csv", complete);
        WriteTable("incomplete.csv", Table.FromText(complete.Header, texts, MissingTokens.Default));
        WriteMatrix("observed.npy", observed);
    }

    /// <summary>Writes a matrix as NumPy does.</summary>
    public void WriteMatrix<T>(string name, Matrix<T> matrix)
        where T : unmanaged => NpyFile.Write<T>(Open(name), [matrix.Rows, matrix.Columns], matrix.Values);

    /// <summary>Writes a vector as NumPy does.</summary>
    public void WriteVector<T>(string name, T[] values)
        where T : unmanaged => NpyFile.Write<T>(Open(name), [values.Length], values);

    /// <summary>Writes oracle.csv, a line for each hidden cell.</summary>
    public void WriteOracle(IReadOnlyList<string> header, IEnumerable<OracleCell> cells)
    {
        using var writer = new StreamWriter(Open("oracle.csv"), new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("row,column,mean,sd,lower,upper");
        foreach (var cell in cells)
        {
            writer.WriteLine($"{cell.Row},{header[cell.Column]},{cell.Mean:G9},{cell.StandardDeviation:G9},{cell.Lower:G9},{cell.Upper:G9}");
        }
    }

    /// <summary>Puts the files into their places.</summary>
    /// <exception cref="UserInputException">One of them cannot be written; none has changed.</exception>
    public void Commit() => _files.Commit();

    /// <summary>Removes what was not committed.</summary>
    public void Dispose() => _files.Dispose();

    private void WriteTable(string name, Table table) => TableWriter.Write(Open(name), table, (_, _) => null);

    private OutputStream Open(string name) => _files.Open(Path.Combine(path, name)).Stream;
}
