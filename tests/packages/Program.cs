using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

// What takes the package: imputes the table and prints the filled-in values.
using var imputer = Imputer.Load(args[0]);
var imputed = imputer.Impute(TableReader.Read(args[1]), new ImputeOptions { Inference = imputer.Inference with { Draws = 8 } });
foreach (var cell in imputed.Cells) Console.WriteLine($"{cell.Row},{cell.Column},{cell.Mean:0.000}");
