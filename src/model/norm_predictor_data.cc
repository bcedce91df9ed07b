// The bytes of norm_predictor.safetensors, which model/norm_predictor.cc reads in place. CMake
// defines its path. Declared there.
asm(R"(
  .section .rodata
  .balign 64
  .global litetts_norm_predictor_begin
litetts_norm_predictor_begin:
  .incbin ")" LITETTS_NORM_PREDICTOR R"("
  .global litetts_norm_predictor_end
litetts_norm_predictor_end:
  .byte 0
  .previous
)");
