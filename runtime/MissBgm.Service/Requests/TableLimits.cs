using MissBgm.Runtime.Tables;
using MissBgm.Service.Guards;

namespace MissBgm.Service.Requests;

/// <summary>How large a request's tables may be.</summary>
internal static class TableLimits
{
    /// <summary>Reads a table; of one that has too many rows no more than show that.</summary>
    /// <exception cref="Runtime.UserInputException">It is none.</exception>
    internal static Table Read(MemoryStream body, string name, ServeOptions options, ReadOptions reading) =>
        TableReader.ReadParts(body, name, options.MaximumRows == int.MaxValue ? int.MaxValue : options.MaximumRows + 1, reading).First();

    /// <summary>Refuses more rows or cells than a request may have.</summary>
    /// <param name="rows">Rows of its table.</param>
    /// <param name="columns">Columns of it.</param>
    /// <param name="tables">How many such tables the answer has.</param>
    /// <param name="options">What may be.</param>
    /// <exception cref="Refusal">There are more.</exception>
    internal static void Require(int rows, int columns, long tables, ServeOptions options)
    {
        if (rows > options.MaximumRows)
        {
            throw Refused(
                $"The request has {rows} rows or more, and at most {options.MaximumRows} are taken at once; send it in parts, raise --max-rows, or impute the "
                + "file with missbgm impute.");
        }

        if ((double)rows * columns * Math.Max(1, tables) <= options.MaximumCells) return;
        var answer = tables > 1 ? $", and {tables - 1} completed tables besides are asked for" : "";
        throw Refused(
            $"The request has {rows} rows of {columns} columns{answer}; at most {options.MaximumCells} cells are taken at once, 100 for each row of "
            + "--max-rows. Send fewer rows, or raise --max-rows.");
    }

    private static Refusal Refused(string message) => new(StatusCodes.Status413PayloadTooLarge, "size", message);
}
