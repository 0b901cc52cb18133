using System.Text;
using MissBgm.Runtime;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Simulation;
using MissBgm.Trainer.Tensors;

namespace MissBgm.Trainer.Cli.Simulate;

/// <summary>The folder that a simulation fills, file by file, each whole or not at all.</summary>
internal sealed class SimulationFolder
{
    private readonly string _path;
    private readonly List<string> _written = [];

    /// <exception cref="UserInputException">The folder cannot be made.</exception>
    public SimulationFolder(string path)
    {
        _path = path;
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"--out {path}: the folder cannot be made: {exception.Message} Choose another place.", exception);
        }
    }

    /// <summary>The files written so far.</summary>
    public IReadOnlyList<string> Written => _written;

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
        where T : unmanaged => NpyFile.Write<T>(Place(name), [matrix.Rows, matrix.Columns], matrix.Values);

    /// <summary>Writes a vector as NumPy does.</summary>
    public void WriteVector<T>(string name, T[] values)
        where T : unmanaged => NpyFile.Write<T>(Place(name), [values.Length], values);

    /// <summary>Writes oracle.csv, a line for each hidden cell.</summary>
    public void WriteOracle(IReadOnlyList<string> header, IEnumerable<OracleCell> cells)
    {
        using var file = new OutputFile(Place("oracle.csv"));
        using (var writer = new StreamWriter(file.Stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" })
        {
            writer.WriteLine("row,column,mean,sd,lower,upper");
            foreach (var cell in cells)
            {
                writer.WriteLine($"{cell.Row},{header[cell.Column]},{cell.Mean:G9},{cell.StandardDeviation:G9},{cell.Lower:G9},{cell.Upper:G9}");
            }
        }

        file.Commit();
    }

    private void WriteTable(string name, Table table)
    {
        using var file = new OutputFile(Place(name));
        TableWriter.Write(file.Stream, table, (_, _) => null);
        file.Commit();
    }

    private string Place(string name)
    {
        var path = Path.Combine(_path, name);
        _written.Add(path);
        return path;
    }
}
