// Asks the token endpoint for tokens with openid-client, checks its answers as that does, and prints what came of it.
import * as oauth from "openid-client";
import { allow, input, withPage } from "./person.mjs";

const insecure = { execute: [oauth.allowInsecureRequests] };
const refusal = (promise) => promise.then(() => "granted", (error) => error.error ?? String(error));

async function ofPerson() {
  const config = await oauth.discovery(new URL(input.issuer), "browser-app", undefined, oauth.None(), insecure);
  oauth.enableNonRepudiationChecks(config);
  const verifier = oauth.randomPKCECodeVerifier();
  const state = oauth.randomState();
  const nonce = oauth.randomNonce();
  const address = oauth.buildAuthorizationUrl(config, {
    redirect_uri: input.redirect,
    scope: "openid fhirUser launch/patient offline_access patient/Patient.rs",
    aud: input.base,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const back = await withPage(async (page) => {
    await page.goto(address.href);
    await allow(page);
    await page.waitForURL("**/back.html*");
    return new URL(page.url());
  });
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
  const first = await oauth.authorizationCodeGrant(config, back, checks);
  const second = await oauth.refreshTokenGrant(config, first.refresh_token);
  return {
    patient: first.patient,
    fhirUser: first.claims().fhirUser,
    patientAfterRefresh: second.patient,
    hasOtherRefreshToken: first.refresh_token !== second.refresh_token,
    refreshTokenAgain: await refusal(oauth.refreshTokenGrant(config, first.refresh_token)),
    refreshTokenOfTheFamily: await refusal(oauth.refreshTokenGrant(config, second.refresh_token)),
  };
}

async function ofProgram() {
  const format = { name: "ECDSA", namedCurve: "P-384" };
  const key = await crypto.subtle.importKey("jwk", input.key, format, false, ["sign"]);
  let endpoint;
  const proof = oauth.PrivateKeyJwt({ key, kid: input.key.kid }, {
    // SMART wants the token endpoint here, where openid-client puts the issuer.
    [oauth.modifyAssertion]: (header, payload) => {
      payload.aud = endpoint;
    },
  });
  const smart = new URL(`${input.base}/.well-known/smart-configuration`);
  const config = await oauth.discovery(smart, "demo-backend", undefined, proof, insecure);
  endpoint = config.serverMetadata().token_endpoint;
  const answer = await oauth.clientCredentialsGrant(config, { scope: "system/Patient.rs" });
  const read = await fetch(`${input.base}/Patient/${input.patient}`, {
    headers: { Authorization: `Bearer ${answer.access_token}` },
  });
  return {
    programScope: answer.scope,
    programRead: read.status,
    programTooMuch: await refusal(oauth.clientCredentialsGrant(config, { scope: "user/Patient.rs" })),
  };
}

console.log(JSON.stringify({ ...(await ofPerson()), ...(await ofProgram()) }));
