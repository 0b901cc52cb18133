using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using Spectre.Console;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary><c>missbgm inspect</c>.</summary>
[Command("inspect", Description = "Check a bundle and show what it holds.")]
internal sealed class InspectCommand : CommandBase
{
    [Required, Option("--model <BUNDLE>", "The model: a folder or a .zip file.", CommandOptionType.SingleValue)]
    public string Model { get; set; } = "";

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        using var imputer = Imputer.Load(Model);
        if (imputer.Note is { } newer) terminal.Note(newer);
        var description = imputer.Describe();
        terminal.Result(description.Manifest, ResultJson.Default.JsonElement, _ => Terminal.Listing([.. description.Overview]));
        if (Json) return;
        foreach (var table in description.Tables) terminal.Show(Format(table));
    }

    private static Table Format(DescriptionTable description)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns([.. description.Header.Select(Markup.Escape)]);
        if (description.Title is { } title) table.Title(Markup.Escape(title));
        foreach (var row in description.Rows) table.AddRow([.. row.Select(Markup.Escape)]);
        return table;
    }
}
