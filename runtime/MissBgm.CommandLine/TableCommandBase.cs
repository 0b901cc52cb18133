using McMaster.Extensions.CommandLineUtils;
using MissBgm.Runtime;
using MissBgm.Runtime.Tables;

namespace MissBgm.CommandLine;

/// <summary>What all commands that read tables share: how to read what a file does not say.</summary>
public abstract class TableCommandBase : CommandBase
{
    /// <summary>The texts that stand for a missing cell, separated by commas.</summary>
    [Option(
        "--missing-tokens <LIST>",
        "Texts that stand for a missing cell, separated by commas; the empty field always does (default: as in training, else NA,NaN).",
        CommandOptionType.SingleValue)]
    public string? MissingTokens { get; set; }

    /// <summary>The encoding of text files.</summary>
    [Option("--encoding <NAME>", "Encoding of text files, such as windows-1252 (default: found from the bytes).", CommandOptionType.SingleValue)]
    public string? Encoding { get; set; }

    /// <summary>The decimal mark of columns that leave it open.</summary>
    [Option(
        "--decimal <MARK>",
        "Decimal mark where a column leaves it open, as 1,234 does: a point or a comma (default: as in training, else by the other "
        + "columns).",
        CommandOptionType.SingleValue)]
    public string? Decimal { get; set; }

    /// <summary>How lines begin that are no rows.</summary>
    [Option("--comment <TEXT>", "How lines begin that are no rows (default: # before the header).", CommandOptionType.SingleValue)]
    public string? Comment { get; set; }

    /// <summary>How tables are read: as the options say, and otherwise as the model has it.</summary>
    /// <exception cref="UserInputException">The decimal mark is none.</exception>
    protected ReadOptions Reading(ReadOptions? stored = null)
    {
        stored ??= new ReadOptions();
        return stored with
        {
            Missing = MissingTokens is null ? stored.Missing : Runtime.Tables.MissingTokens.Parse(MissingTokens),
            Encoding = Encoding,
            Decimal = Decimal is null ? stored.Decimal : ReadOptions.DecimalMark(Decimal),
            Comment = Comment ?? stored.Comment,
        };
    }
}
