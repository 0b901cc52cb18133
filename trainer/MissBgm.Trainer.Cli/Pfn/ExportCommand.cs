using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Exporter.Pfn;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Trainer.Cli.Pfn;

/// <summary><c>missbgm-train export</c>: writes a pretrained model anew, with the graphs that this version exports.</summary>
[Command("export", Description = "Writes a pretrained model anew with all graphs of this version, such as impute.onnx, which the shipped models do without.")]
internal sealed class ExportCommand : CommandBase
{
    [Required, Option("--model <BUNDLE>", "The pretrained model: a folder or a .zip file, such as models/pfn-nano.", CommandOptionType.SingleValue)]
    public string Model { get; set; } = "";

    [Required, Option("--out <PATH>", "Where the bundle goes: a folder, or a file ending in .zip.", CommandOptionType.SingleValue)]
    public string Out { get; set; } = "";

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        using var model = PfnModel.Load(Model);
        PfnBundle.Write(Out, model.Manifest, PfnBundleReader.Read(Model, model.Manifest));
        terminal.Result(new { Model = Out }, written => $"model    {written.Model}");
    }
}
